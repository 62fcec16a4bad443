import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Person } from '../../testing/person.ts'
import { createWorld, type World } from '../../testing/world.ts'

let world: World
let ada: Person
beforeAll(async () => {
  world = await createWorld({ yaml: 'agents: { default: { kind: echo } }' })
  ada = await world.person('Ada')
})
afterAll(() => world.stop())

interface DeadLetters {
  dead_letters: { id: number; queue: string; error: string | null }[]
}

it('shows what was given up, without what people wrote, and delivers it when it is replayed', async () => {
  await ada.connectPlayground()
  await ada.writes('please keep this')
  await ada.reads((texts) => texts.includes('please keep this'))
  const { id } = await world.database.db
    .updateTable('lane_messages')
    .set({ state: 'dead', error: 'the database was away' })
    .where('queue', '=', 'inbox')
    .where('lane', 'not like', '%!')
    .returning('id')
    .executeTakeFirstOrThrow()

  const response = await ada.ask('GET', '/api/dead-letters')
  const text = await response.text()
  expect(text).not.toContain('please keep this')
  expect((JSON.parse(text) as DeadLetters).dead_letters).toMatchObject([
    { id, queue: 'inbox', error: 'the database was away' },
  ])

  await ada.post(`/api/dead-letters/${id}/replay`)
  await ada.reads((texts) => texts.filter((one) => one === 'please keep this').length === 2)
  expect((await ada.get<DeadLetters>('/api/dead-letters')).dead_letters).toEqual([])
  expect((await ada.ask('POST', `/api/dead-letters/${id}/replay`)).status).toBe(404)
})

it('is for administrators', async () => {
  const eve = await world.person('Eve')
  expect((await eve.ask('GET', '/api/dead-letters')).status).toBe(403)
  expect((await eve.ask('POST', '/api/dead-letters/1/replay', {})).status).toBe(403)
})
