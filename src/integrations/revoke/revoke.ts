import type { LaneWork } from '../../coordination/lanes.ts'
import type { Db, Tx } from '../../storage/database.ts'
import type { CredentialRow } from '../credentials/credential-row.ts'
import type { Owner } from '../credentials/credential.ts'
import type { Revocation } from '../credentials/credentials.ts'
import type { CredentialsDependencies } from '../credentials/dependencies.ts'
import type { Opener } from '../credentials/opener.ts'
import type { Provider } from '../provider.ts'
import type { AnswerOrigin, TakeBack } from '../refresh/answer.ts'
import { revocationOf, type RevocationRow } from './revocation-row.ts'
import { awaitedMs, createRevoking, revocationQueue } from './revoking.ts'

/**
 * Takes lent tokens back at their providers, durably: what is begun here is tried for three days by any replica.
 * The rows of a user or workspace that is deleted go with it, and their tokens are not taken back.
 */
export interface Revocations {
  /** In the transaction that deletes the credential. Call it before news and audit. */
  begin(tx: Tx, credential: CredentialRow, provider: Provider | undefined): Promise<RevocationRow>
  /** For tokens that came when their credential was gone already. */
  takeBack: TakeBack
  /** What came of the first try; as it stands where that takes longer than 5 s. */
  outcome(id: string): Promise<RevocationRow>
  list(owner: Owner): Promise<Revocation[]>
  start(): void
  stop(): Promise<void>
}

export interface RevokeDependencies extends CredentialsDependencies {
  opener: Opener
}

const pollMs = 25
const listed = 100

export function createRevocations(deps: RevokeDependencies): Revocations {
  const { db, lanes, catalogue } = deps
  let work: LaneWork | undefined
  return {
    async begin(tx, row, provider) {
      const access = await openOrNothing(deps, row, 'access_token')
      const refresh = await openOrNothing(deps, row, 'refresh_token')
      return add(deps, tx, row.id, row, provider, { access, refresh })
    },
    async takeBack(tx, answer) {
      const provider = await catalogue.find(answer.origin.provider)
      const { vault } = deps
      const open = (field: 'access_token' | 'refresh_token') => {
        const sealed = answer[field]
        return sealed === null
          ? undefined
          : vault.open(sealed, { table: 'credentials', row: answer.id, field })
      }
      const tokens = { access: open('access_token'), refresh: open('refresh_token') }
      await add(deps, tx, answer.id, { ...answer.origin, learned: answer.learned }, provider, tokens)
    },
    async outcome(id) {
      for (let waitedMs = 0; ; waitedMs += pollMs) {
        const row = await rowOf(db, id)
        const isTried = row.state !== 'pending' || row.attempts > 0
        if (isTried || waitedMs >= awaitedMs) return row
        await deps.sleep(pollMs)
      }
    },
    async list({ workspaceId, userId }) {
      const rows = await db
        .selectFrom('revocations')
        .selectAll()
        .where('workspace_id', '=', workspaceId)
        .where('user_id', '=', userId)
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .limit(listed)
        .execute()
      return Promise.all(rows.map(async (row) => revocationOf(row, await catalogue.find(row.provider))))
    },
    start() {
      work = lanes.work(revocationQueue, createRevoking(deps))
    },
    async stop() {
      await work?.stop()
    },
  }
}

function rowOf(db: Db, id: string): Promise<RevocationRow> {
  return db.selectFrom('revocations').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
}

async function add(
  { vault, ids, clock, lanes }: RevokeDependencies,
  tx: Tx,
  credentialId: string,
  origin: AnswerOrigin & { learned: Readonly<Record<string, string>> },
  provider: Provider | undefined,
  tokens: { access: string | undefined; refresh: string | undefined },
): Promise<RevocationRow> {
  const id = ids('rvk')
  const now = new Date(clock.now())
  // Where the provider describes itself, whether it has a way is found out by the first try.
  const mayHaveWay = [provider?.revoke, provider?.issuer, provider?.resource].some((way) => way !== undefined)
  const hasWay = mayHaveWay && (tokens.access ?? tokens.refresh) !== undefined
  const seal = (text: string | undefined, field: string) =>
    text === undefined || !hasWay ? null : vault.seal(text, { table: 'revocations', row: id, field })
  const row = await tx
    .insertInto('revocations')
    .values({
      id,
      workspace_id: origin.workspace_id,
      user_id: origin.user_id,
      credential_id: credentialId,
      provider: origin.provider,
      title: origin.title,
      account_label: origin.account_label,
      state: hasWay ? 'pending' : 'impossible',
      access_token: seal(tokens.access, 'access_token'),
      refresh_token: seal(tokens.refresh, 'refresh_token'),
      tenant: JSON.stringify(origin.tenant),
      learned: JSON.stringify(origin.learned),
      oauth_client_id: origin.oauth_client_id,
      receipt: '[]',
      created_at: now,
      finished_at: hasWay ? null : now,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  if (hasWay) await lanes.enqueue(tx, [{ queue: revocationQueue, lane: id, payload: { id } }])
  return row
}

/** What does not open cannot be taken back, and must not keep a credential from being deleted. */
async function openOrNothing(
  { opener }: RevokeDependencies,
  row: CredentialRow,
  field: 'access_token' | 'refresh_token',
): Promise<string | undefined> {
  return opener.field(row, field).catch(() => undefined)
}
