import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openDatabase } from '../storage/database.ts'
import { createTestDatabase, type TestDatabase } from '../testing/database.ts'
import { sealedPrefix } from './envelope.ts'
import { sealedColumns } from './sealed-columns.ts'
import {
  fillSealedColumns,
  placeOf,
  readSealedColumn,
  readSealedColumns,
  rowName,
  textOf,
  writeSealed,
} from './testing/sealed-rows.ts'
import { createKeyring, createVault, rotateKeys, unlockVault } from './vault.ts'

const [older, newer] = [randomBytes(32), randomBytes(32)]
const before = createVault({ keyring: createKeyring(older) })
const during = createVault({ keyring: createKeyring(newer, [older]) })
const perColumn = 16

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase(8)
  await unlockVault({ db: database.db, keyring: createKeyring(older) })
  await fillSealedColumns(database.db, before, perColumn)
  await unlockVault({ db: database.db, keyring: createKeyring(newer, [older]) })
})
afterAll(() => database.drop())

/** Opens everything again and again, each column at a time, on a pool of its own as another replica does. */
async function read(isOver: () => boolean): Promise<{ reads: number; failures: string[] }> {
  const replica = openDatabase(database.address, 2)
  const result = { reads: 0, failures: [] as string[] }
  do
    for (const column of sealedColumns)
      for (const stored of await readSealedColumn(replica.db, column)) {
        const place = placeOf(stored)
        result.reads++
        try {
          if (!during.open(stored.sealed, place).startsWith(textOf(place)))
            result.failures.push(textOf(place))
        } catch (error) {
          result.failures.push(String(error))
        }
      }
  while (!isOver())
  await replica.close()
  return result
}

/** Seals one secret of each column after the other anew, and knows what stands there at the end. */
async function write(start: number, isOver: () => boolean, written: Map<string, string>): Promise<void> {
  const replica = openDatabase(database.address, 2)
  for (let number = start; number < perColumn && !isOver(); number += 4)
    for (const column of sealedColumns) {
      const place = placeOf({ column, row: rowName(number) })
      const text = textOf(place, ' changed')
      await writeSealed(replica.db, place, during.seal(text, place))
      written.set(textOf(place), text)
    }
  await replica.close()
}

it('no read fails and no change is lost while all keys are replaced, and the old key may go', async () => {
  const { db } = database
  expect(await readSealedColumns(db)).toHaveLength(sealedColumns.length * perColumn)
  let isOver = false
  const written = new Map<string, string>()
  const readers = [1, 2].map(() => read(() => isOver))
  const writers = [0, 2].map((start) => write(start, () => isOver, written))
  const rotation = rotateKeys({ db, vault: during, batchSize: 5 }).finally(() => (isOver = true))
  const [result, results] = await Promise.all([rotation, Promise.all(readers), ...writers])

  expect(results.flatMap(({ failures }) => failures)).toEqual([])
  for (const { reads } of results) expect(reads).toBeGreaterThanOrEqual(sealedColumns.length * perColumn)
  expect(written.size).toBeGreaterThan(0)
  expect(result.refused).toEqual([])
  expect(result.retired).toEqual([before.keyId])
  expect(result.rewrapped).toBeLessThanOrEqual(sealedColumns.length * perColumn)

  const restarted = createKeyring(newer)
  await unlockVault({ db, keyring: restarted })
  const after = createVault({ keyring: restarted })
  expect(await rotateKeys({ db, vault: after })).toEqual({ rewrapped: 0, refused: [], retired: [] })
  const stored = await readSealedColumns(db)
  expect(stored).toHaveLength(sealedColumns.length * perColumn)
  for (const secret of stored) {
    const place = placeOf(secret)
    expect(after.open(secret.sealed, place)).toBe(written.get(textOf(place)) ?? textOf(place))
    expect(secret.sealed.startsWith(sealedPrefix(before.keyId))).toBe(false)
  }
})
