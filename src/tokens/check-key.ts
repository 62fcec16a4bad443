import { randomBytes } from 'node:crypto'
import type { Db } from '../storage/database.ts'
import type { Vault } from '../vault/vault.ts'

/**
 * The key that checks tokens, the same on every replica; made by whoever starts first. It is stored, sealed, and not
 * derived from the master key: tokens outlive a rotation of that. Throws `sealed_value_refused`.
 */
export async function openCheckKey({ db, vault }: { db: Db; vault: Vault }): Promise<string> {
  const id = 'current'
  const place = { table: 'token_check_keys', row: id, field: 'secret' }
  const find = () =>
    db.selectFrom('token_check_keys').select('secret').where('id', '=', id).executeTakeFirst()
  const known = await find()
  if (known !== undefined) return vault.open(known.secret, place)
  const secret = vault.seal(randomBytes(32).toString('base64url'), place)
  await db
    .insertInto('token_check_keys')
    .values({ id, secret })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute()
  return vault.open((await find())?.secret ?? '', place)
}
