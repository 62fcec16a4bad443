import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { textOfStream, type Person } from '../testing/person.ts'
import { createWorld, type World } from '../testing/world.ts'
import { streamOf } from './turn-store.ts'

/**
 * The process dies after a turn was recorded, but before the last events of its stream were written: whoever takes
 * the lane over finds a turn that is over.
 */
let world: World
let ada: Person
beforeAll(async () => {
  world = await createWorld({ yaml: 'agents: { default: { kind: echo } }' })
  ada = await world.person('Ada')
})
afterAll(() => world.stop())

async function ask(text: string): Promise<string> {
  const { id } = await ada.begin()
  const turnId = await ada.turn(id, text)
  await ada.stream(turnId)
  return turnId
}

/** As if the process had died when only so many events were written, and its lease had run out. */
async function dieAfter(turnId: string, events: number): Promise<void> {
  const { db } = world.database
  await expect.poll(() => stateOf(turnId)).toBe('done')
  await db
    .deleteFrom('stream_events')
    .where('stream', '=', streamOf(turnId))
    .where('seq', '>', events)
    .execute()
  await sql`
    with message as (
      update lane_messages set state = 'pending' where payload->>'turnId' = ${turnId} returning queue, lane
    )
    update lanes set pending = 1, owner = 'dead', run_at = now()
    from message where lanes.queue = message.queue and lanes.lane = message.lane`.execute(db)
  await sql`select pg_notify('portico_lanes', 'inbox')`.execute(db)
  await expect.poll(() => stateOf(turnId), { timeout: 15_000 }).toBe('done')
}

async function stateOf(turnId: string): Promise<string | undefined> {
  const { rows } = await sql<{ state: string }>`
    select state from lane_messages where payload->>'turnId' = ${turnId}`.execute(world.database.db)
  return rows[0]?.state
}

const textAfterRestart = (stream: string) => textOfStream(stream.split('data-restart').at(-1) ?? '')

describe('an answer that ends in mid-sentence', () => {
  it.each([0, 1, 3, 4, 5])('is told again from the record, after %d events', async (events) => {
    const turnId = await ask('one two three')
    const whole = await ada.stream(turnId)
    await dieAfter(turnId, events)
    const stream = await ada.stream(turnId)
    expect(textAfterRestart(stream)).toBe('one two three')
    expect(stream.includes('data-restart')).toBe(events > 0)
    expect(stream.split('data: [DONE]')).toHaveLength(2)
    expect(whole.match(/"finish"/g)).toEqual(stream.match(/"finish"/g))
  })

  it('is not told again when only the end of the lane message was missing', async () => {
    const turnId = await ask('one two three')
    const whole = await ada.stream(turnId)
    await dieAfter(turnId, 1_000)
    expect(await ada.stream(turnId)).toBe(whole)
  })
})
