import { sql } from 'kysely'
import { afterEach, describe, expect, it } from 'vitest'
import { createTelegramWorld, type TelegramWorld } from './testing/telegram-world.ts'

let world: TelegramWorld
afterEach(() => world.stop())

/** Counts what is recorded, which follows what people see. */
async function outcomes(): Promise<Record<string, number>> {
  const rows = await world.database.db
    .selectFrom('lane_messages')
    .select(['outcome', sql<number>`count(*)`.as('count')])
    .where('queue', '=', 'inbox')
    .where('state', '=', 'done')
    .groupBy('outcome')
    .execute()
  return Object.fromEntries(rows.map(({ outcome, count }) => [String(outcome), count]))
}

const numbers = (count: number) => Array.from({ length: count }, (_, index) => `message ${index + 1}`)

describe('messages that arrive while a turn runs', () => {
  it('get a turn each, in order, after one visible notice', async () => {
    world = await createTelegramWorld()
    const { phone } = await world.member('Ada')
    phone.writes(world.token, 'wait')
    await world.agent.untilRun('wait')
    for (const text of numbers(15)) phone.writes(world.token, text)
    await world.reads(phone, (texts) => texts.some((text) => text.startsWith('One moment')))
    world.agent.release('wait')

    const texts = await world.reads(phone, (all) => all.includes('You said: message 15'))
    expect(texts.filter((text) => text.startsWith('One moment'))).toHaveLength(1)
    expect(texts.filter((text) => text.startsWith('You said'))).toEqual(
      numbers(15).map((text) => `You said: ${text}`),
    )
    // The connect code, the first message and the fifteen.
    await expect.poll(outcomes, { timeout: 15_000 }).toEqual({ handled: 17 })
  })

  it('become one turn where the agent collects', async () => {
    world = await createTelegramWorld('busy: collect')
    const { phone } = await world.member('Ada')
    phone.writes(world.token, 'wait')
    await world.agent.untilRun('wait')
    for (const text of numbers(3)) phone.writes(world.token, text)
    await world.allAccepted()
    world.agent.release('wait')

    await world.reads(phone, (all) => all.some((text) => text.includes('message 3')))
    expect(world.agent.runs.map((run) => run.message.text)).toEqual(['wait', numbers(3).join('\n\n')])
    await expect.poll(outcomes, { timeout: 15_000 }).toEqual({ handled: 3, merged: 2 })
  })

  it('end the turn before them where the agent is interrupted', async () => {
    world = await createTelegramWorld('busy: interrupt')
    const { phone } = await world.member('Ada')
    phone.writes(world.token, 'wait')
    await world.agent.untilRun('wait')
    phone.writes(world.token, 'never mind')
    const texts = await world.reads(phone, (all) => all.includes('You said: never mind'))
    expect(texts.some((text) => /Let me think.*Stopped/s.test(text))).toBe(true)
  })

  it('are refused with a notice beyond the limit, and none is lost', async () => {
    world = await createTelegramWorld('queue_limit: 3')
    const { phone } = await world.member('Ada')
    phone.writes(world.token, 'wait')
    await world.agent.untilRun('wait')
    for (const text of numbers(5)) phone.writes(world.token, text)
    await world.reads(phone, (all) => all.filter((text) => text.startsWith('Too many')).length === 3)
    world.agent.release('wait')
    await world.reads(phone, (all) => all.includes('You said: message 2'))
    expect(world.agent.runs.map((run) => run.message.text)).toEqual(['wait', 'message 1', 'message 2'])
    await expect.poll(outcomes, { timeout: 15_000 }).toEqual({ handled: 4, refused: 3 })
  })
})

describe('/stop', () => {
  it('overtakes the answer that it stops, and the next message is answered', async () => {
    world = await createTelegramWorld()
    const { phone } = await world.member('Ada')
    phone.writes(world.token, 'wait')
    await world.agent.untilRun('wait')
    phone.writes(world.token, '/stop')
    await world.reads(phone, (all) => all.some((text) => text.includes('Stopped.')))
    phone.writes(world.token, 'and now?')
    await world.reads(phone, (all) => all.includes('You said: and now?'))
  })

  it('says so when nothing runs', async () => {
    world = await createTelegramWorld()
    const { phone } = await world.member('Ada')
    phone.writes(world.token, '/stop')
    await world.reads(phone, (all) => all.includes('Nothing is running.'))
  })
})

describe('an edit', () => {
  it('replaces the text of a message that still waits', async () => {
    world = await createTelegramWorld()
    const { phone } = await world.member('Ada')
    phone.writes(world.token, 'wait')
    await world.agent.untilRun('wait')
    const message = phone.writes(world.token, 'teh answer')
    phone.edits(phone.chatWith(world.token), message.id, 'the answer')
    await world.allAccepted()
    world.agent.release('wait')
    await world.reads(phone, (all) => all.includes('You said: the answer'))
    expect(world.agent.runs.map((run) => run.message.text)).toEqual(['wait', 'the answer'])
  })
})
