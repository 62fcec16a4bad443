import { sql } from 'kysely'
import type { Db, Tx } from '../storage/database.ts'
import { openEnvelope, sealEnvelope } from './envelope.ts'
import { vaultErrors } from './errors.ts'
import type { Keyring } from './keyring.ts'

const checkText = 'portico'

/**
 * Checks the keyring, before anything else is read. A fresh database, and one whose next key comes along with the
 * keys so far, takes the current key on. Throws as `checkKeyring` does, and then changes no row.
 */
export async function unlockVault({ db, keyring }: { db: Db; keyring: Keyring }): Promise<void> {
  await db.transaction().execute(async (tx) => {
    // Replicas that start together must not both take a key on.
    await sql`select pg_advisory_xact_lock(hashtextextended('portico vault keys', 0))`.execute(tx)
    await checkKeyring({ db: tx, keyring })
    await takeOn(tx, keyring)
  })
}

/**
 * Compares the keyring with the check values that this database holds; only reads. Throws `master_key_wrong` when a
 * key that is still in use is missing or is not what it was.
 */
export async function checkKeyring({ db, keyring }: { db: Db; keyring: Keyring }): Promise<void> {
  const known = await db.selectFrom('vault_keys').selectAll().execute()
  const missing = known.filter(({ id, retired_at }) => retired_at === null && keyring.find(id) === undefined)
  if (missing.length > 0) throw wrongKey(missing.map(({ id }) => id))
  for (const { id, check_value } of known) if (keyring.find(id) !== undefined) check(keyring, id, check_value)
}

function check(keyring: Keyring, id: string, checkValue: string): void {
  try {
    if (openEnvelope(keyring, checkValue, placeOf(id)) === checkText) return
  } catch (cause) {
    throw wrongKey([id], cause)
  }
  throw wrongKey([id])
}

async function takeOn(tx: Tx, { current }: Keyring): Promise<void> {
  await tx
    .insertInto('vault_keys')
    .values({ id: current.id, check_value: sealEnvelope(current, checkText, placeOf(current.id)) })
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet({ retired_at: null }).where('vault_keys.retired_at', 'is not', null),
    )
    .execute()
}

function placeOf(keyId: string) {
  return { table: 'vault_keys', row: keyId, field: 'check_value' }
}

function wrongKey(ids: string[], cause?: unknown) {
  return vaultErrors.master_key_wrong({
    detail:
      `This database was sealed with master key ${ids.join(', ')}, which was not given. Start with that key as ` +
      'the current or an older master key (a lost key means lost secrets: see docs/keys.md). Nothing was changed.',
    cause,
  })
}
