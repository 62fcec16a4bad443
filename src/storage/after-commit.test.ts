import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../testing/database.ts'
import { afterCommit } from './after-commit.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

it('calls back when the transaction has committed, not before', async () => {
  const story: string[] = []
  await database.db.transaction().execute(async (tx) => {
    await afterCommit(tx, () => story.push('called back'))
    await database.db.selectFrom('leases').selectAll().execute()
    story.push('ready to commit')
  })
  expect(story).toEqual(['ready to commit', 'called back'])
})

it('does not call back when the transaction rolls back, nor with the next one on its connection', async () => {
  const story: string[] = []
  const single = database.db.connection()
  await single.execute(async (db) => {
    const failing = db.transaction().execute(async (tx) => {
      await afterCommit(tx, () => story.push('rolled back'))
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    await db.transaction().execute((tx) => afterCommit(tx, () => story.push('committed')))
  })
  expect(story).toEqual(['committed'])
})
