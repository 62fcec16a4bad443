import { sql } from 'kysely'
import type { Principal } from '../../identity/principal.ts'
import { GatewayError } from '../../lib/errors.ts'
import type { Tx } from '../../storage/database.ts'
import { tokenErrors } from '../errors.ts'
import type { ApiToken, ImportedToken } from '../token.ts'
import { insertTokens, refuseTooMany } from './insert.ts'
import type { LifeDependencies } from './life.ts'
import { entryOf } from './record.ts'
import { findTokens } from './token-rows.ts'
import { checkWishes, normalAddresses } from './wishes.ts'

/** In the order given. Administrators of the server bring in as many as there are elsewhere. */
export async function importTokens(
  deps: LifeDependencies,
  by: Principal,
  tokens: readonly ImportedToken[],
): Promise<ApiToken[]> {
  const wanted = tokens.map((token, index) => ({
    id: deps.ids('tok'),
    token,
    hash: judge(deps, by, token, index),
  }))
  refuseRepeated(wanted)
  const now = new Date(deps.clock.now())
  return deps.db.transaction().execute(async (tx) => {
    if (by.role !== 'admin') await refuseTooMany(tx, by, { more: wanted.length, now })
    const rows = wanted.map(({ id, token }) => ({ id, token, prefix: token.prefix ?? '', imported: true }))
    await insertTokens(tx, by, rows, now)
    await insertHashes(tx, wanted, now)
    const made = await findTokens(
      tx,
      by,
      wanted.map(({ id }) => id),
      now.getTime(),
    )
    await deps.audit.recordAll(
      tx,
      wanted.map(({ id, token: { name, permissions } }) => ({
        ...entryOf(by, id, 'imported'),
        detail: { name, permissions: [...permissions] },
      })),
    )
    return made
  })
}

interface Wanted {
  id: string
  token: ImportedToken
  hash: string
}

/** The hash as it is kept; what is wrong with one token of many is told with its place among them. */
function judge(deps: LifeDependencies, by: Principal, token: ImportedToken, index: number): string {
  try {
    checkWishes(deps, by, token)
    normalAddresses(token.addresses)
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error
    throw new GatewayError(error, { detail: error.detail, members: { ...error.members, index } })
  }
  const hash = normalHash(token.hash)
  if (hash === undefined) throw tokenErrors.token_hash_invalid({ members: { index } })
  return hash
}

/** SHA-256 in lower-case hexadecimal, of that, base64 or base64url. */
export function normalHash(text: string): string | undefined {
  if (/^[0-9a-f]{64}$/i.test(text)) return text.toLowerCase()
  const base64 = text.replaceAll('-', '+').replaceAll('_', '/').replace(/=$/, '')
  const bytes = Buffer.from(base64, 'base64')
  if (bytes.length !== 32 || bytes.toString('base64').replace(/=$/, '') !== base64) return undefined
  return bytes.toString('hex')
}

function refuseRepeated(wanted: readonly Wanted[]): void {
  const seen = new Set<string>()
  for (const [index, { hash }] of wanted.entries()) {
    if (seen.has(hash)) throw tokenErrors.token_hash_taken({ members: { index } })
    seen.add(hash)
  }
}

/** In the order of the hashes, so that two imports of the same tokens wait for one another and not both for ever. */
async function insertHashes(tx: Tx, wanted: readonly Wanted[], now: Date): Promise<void> {
  const { rows } = await sql<{ hash: string }>`
    insert into api_token_secrets (hash, token_id, last_four, created_at)
    select hash, token_id, last_four, ${now} from unnest(
      ${wanted.map(({ hash }) => hash)}::text[],
      ${wanted.map(({ id }) => id)}::text[],
      ${wanted.map(({ token }) => token.lastFour ?? '')}::text[]
    ) as s (hash, token_id, last_four) order by hash
    on conflict (hash) do nothing returning hash`.execute(tx)
  const written = new Set(rows.map(({ hash }) => hash))
  const index = wanted.findIndex(({ hash }) => !written.has(hash))
  if (index !== -1) throw tokenErrors.token_hash_taken({ members: { index } })
}
