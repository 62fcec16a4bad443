import { sql } from 'kysely'
import type { Db, Tx } from '../storage/database.ts'
import { sealedPrefix } from './envelope.ts'
import { vaultErrors } from './errors.ts'
import { sealedColumns, type SealedColumn } from './sealed-columns.ts'
import type { SealedPlace, Vault } from './vault.ts'

export interface RotationResult {
  /** How many sealed texts were wrapped anew. */
  rewrapped: number
  /** What did not open and was left as it is; while there is any, no key is retired. */
  refused: SealedPlace[]
  /** Ids of the master keys that nothing needs any more: they may leave the configuration. */
  retired: string[]
}

interface Rotation {
  db: Db
  vault: Vault
  /** Rows read at a time. */
  batchSize?: number
  columns?: readonly SealedColumn[]
}

interface SealedRow {
  row: string
  sealed: string
}

const maxRounds = 3

/**
 * Wraps the data keys of all sealed columns with the current master key while readers and writers go on, then
 * retires the older keys. Every replica must have the new key before: while one still seals with an older key,
 * this throws `rotation_unfinished`. May be interrupted and run again.
 */
export async function rotateKeys(rotation: Rotation): Promise<RotationResult> {
  const { db, vault, columns = sealedColumns } = rotation
  const result: RotationResult = { rewrapped: 0, refused: [], retired: [] }
  for (let round = 0; round < maxRounds; round++) {
    for (const column of columns) await rewrapColumn(rotation, column, result)
    if (result.refused.length > 0) return result
    const retired = await db.transaction().execute((tx) => retire(tx, vault, columns))
    if (retired !== undefined) return { ...result, retired }
  }
  throw vaultErrors.rotation_unfinished()
}

async function rewrapColumn(
  { db, vault, batchSize = 200 }: Rotation,
  column: SealedColumn,
  result: RotationResult,
): Promise<void> {
  for (let after = ''; ;) {
    const rows = await readBatch(db, vault, column, after, batchSize)
    for (const row of rows) await rewrapRow(db, vault, column, row, result)
    const last = rows.at(-1)
    if (last === undefined) return
    after = last.row
  }
}

async function readBatch(
  db: Db,
  vault: Vault,
  column: SealedColumn,
  after: string,
  limit: number,
): Promise<SealedRow[]> {
  const found = await sql<SealedRow>`
    select ${sql.ref(column.row)} as row, ${sql.ref(column.field)} as sealed from ${sql.table(column.table)}
    where ${isOld(vault, column)} and ${sql.ref(column.row)} > ${after}
    order by ${sql.ref(column.row)} limit ${limit}`.execute(db)
  return found.rows
}

async function rewrapRow(
  db: Db,
  vault: Vault,
  column: SealedColumn,
  { row, sealed }: SealedRow,
  result: RotationResult,
) {
  const place = { table: column.table, row, field: column.field }
  const renewed = rewrap(vault, sealed, place)
  if (renewed === undefined) {
    result.refused.push(place)
    return
  }
  // A secret that was changed since it was read is newer, and was sealed with the current key already.
  const { numAffectedRows = 0n } = await sql`
    update ${sql.table(column.table)} set ${sql.ref(column.field)} = ${renewed}
    where ${sql.ref(column.row)} = ${row} and ${sql.ref(column.field)} = ${sealed}`.execute(db)
  result.rewrapped += Number(numAffectedRows)
}

function rewrap(vault: Vault, sealed: string, place: SealedPlace): string | undefined {
  try {
    return vault.rewrap(sealed, place)
  } catch {
    return undefined
  }
}

/** Undefined, and nothing is retired, while anything lies under an older key. */
async function retire(tx: Tx, vault: Vault, columns: readonly SealedColumn[]): Promise<string[] | undefined> {
  for (const column of columns) {
    const left = await sql`
      select 1 from ${sql.table(column.table)} where ${isOld(vault, column)} limit 1`.execute(tx)
    if (left.rows.length > 0) return undefined
  }
  const retired = await tx
    .updateTable('vault_keys')
    .set({ retired_at: sql<Date>`now()` })
    .where('retired_at', 'is', null)
    .where('id', '<>', vault.keyId)
    .returning('id')
    .execute()
  return retired.map(({ id }) => id)
}

function isOld(vault: Vault, column: SealedColumn) {
  const field = sql.ref(column.field)
  return sql<boolean>`(${field} is not null and not starts_with(${field}, ${sealedPrefix(vault.keyId)}))`
}
