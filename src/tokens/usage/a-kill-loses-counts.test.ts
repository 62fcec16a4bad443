import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { sleep } from '../../lib/sleep.ts'
import { createTokenHouse, type TokenHouse } from '../testing/house.ts'

const rounds = 2
const everyMs = 100

let house: TokenHouse
beforeAll(async () => {
  house = await createTokenHouse()
})
afterAll(() => house.stop())

it('a kill loses what was noted since the last batch and no more, counts nothing twice, and sets no time back', async () => {
  const { db } = house.database
  const { id } = await house.issue()
  const { hash } = await db
    .selectFrom('api_token_secrets')
    .select('hash')
    .where('token_id', '=', id)
    .executeTakeFirstOrThrow()
  const written = async () => {
    const { uses, lastUsedAt } = await house.tokens.find(house.ada, id)
    return { uses, last: lastUsedAt?.getTime() ?? 0 }
  }
  let announced = 0
  let lastUse = 0
  for (let round = 0; round < rounds; round++) {
    const before = (await written()).uses
    const users = await Promise.all([startUser(id, hash), startUser(id, hash)])
    const sure = users.map((user) => user.announced()).reduce((sum, one) => sum + one, 0)
    // What was noted once is written without a stop, though nobody waits for it.
    await expect
      .poll(async () => (await written()).uses - before, { timeout: 5_000, interval: 20 })
      .toBeGreaterThan(sure)
    await sleep(Math.random() * everyMs)
    const known = await written()
    await Promise.all(users.map((user) => user.kill()))
    announced += users.reduce((sum, user) => sum + user.announced(), 0)
    const left = await written()
    expect(left.uses).toBeGreaterThanOrEqual(known.uses)
    expect(left.uses).toBeLessThanOrEqual(announced)
    expect(left.last).toBeGreaterThanOrEqual(Math.max(known.last, lastUse))
    lastUse = left.last
  }
  const rows = await db.selectFrom('api_token_minutes').select('uses').where('token_id', '=', id).execute()
  expect(rows.reduce((sum, row) => sum + row.uses, 0)).toBe((await written()).uses)
})

async function startUser(token: string, hash: string) {
  const script = join(import.meta.dirname, 'testing', 'usage-process.ts')
  const address = JSON.stringify(house.database.address)
  const child = spawn(process.execPath, [script, address, token, hash, String(everyMs)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let announced = 0
  const lines = createInterface(child.stdout).on('line', (line) => {
    announced = Number(line)
  })
  await once(lines, 'line')
  return {
    announced: () => announced,
    async kill() {
      const closed = Promise.all([once(child, 'close'), once(lines, 'close')])
      child.kill('SIGKILL')
      await closed
    },
  }
}
