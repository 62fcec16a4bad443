import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Person as Phone } from '../channels/telegram/testing/simulator.ts'
import type { Person } from '../testing/person.ts'
import { createTelegramWorld, type TelegramWorld } from './testing/telegram-world.ts'

let world: TelegramWorld
let admin: Person
let phone: Phone
let second: string
beforeAll(async () => {
  world = await createTelegramWorld()
  ;({ user: admin, phone } = await world.member('Ada'))
  second = await world.addBot()
})
afterAll(() => world.stop())

async function isAnswered(text: string, bot = world.token): Promise<void> {
  phone.writes(bot, text)
  await world.reads(phone, (texts) => texts.includes(`You said: ${text}`), bot)
}

async function refusals(): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) from lane_messages where queue = 'inbox' and outcome = 'refused'`.execute(
    world.database.db,
  )
  return rows[0]?.count ?? 0
}

describe('a bad update never stops a bot', () => {
  it('malformed ones are counted as refused, and both bots go on', async () => {
    const from = { id: 7, is_bot: false, first_name: 'Mallory' }
    const message = { message_id: 1, date: 1, from, chat: { id: 7, type: 'private' }, text: 'x' }
    const contents: unknown[] = [
      5,
      { ...message, chat: undefined },
      { ...message, chat: { id: '7', type: 'private' } },
      { ...message, text: { toString: 'x' } },
      { ...message, text: 'x'.repeat(1_000_000) },
    ]
    const updates = world.telegram.bots.get(world.token)?.updates
    for (const content of contents) {
      updates?.addRaw({ update_id: updates.takeId(), message: content })
      phone.writes(world.token, `after ${contents.indexOf(content)}`)
    }
    await world.reads(phone, (texts) => texts.includes(`You said: after ${contents.length - 1}`))
    await isAnswered('and you?', second)
    await expect.poll(refusals).toBe(contents.length)
    expect(world.agent.runs.map(({ message: { text } }) => text)).toEqual([
      ...contents.map((_, index) => `after ${index}`),
      'and you?',
    ])
  })

  it('one that comes again is passed over', async () => {
    await isAnswered('once')
    const handed = world.telegram.calls
      .flatMap(({ answer }) => (answer as { result?: unknown }).result ?? [])
      .find((update) => JSON.stringify(update).includes('"once"'))
    world.telegram.bots.get(world.token)?.updates.addRaw(handed)
    await isAnswered('after it')
    expect(world.agent.runs.filter((run) => run.message.text === 'once')).toHaveLength(1)
  })
})

describe('a wrong bot token', () => {
  it('is refused in words, saved nowhere, and the bot goes on with the one that it has', async () => {
    const wrong = '424242:a-token-that-nobody-gave-out'
    const dump = async () =>
      JSON.stringify(await world.database.db.selectFrom('bots').selectAll().orderBy('id').execute())
    const before = (await dump()).replaceAll(/"cursor":\{[^}]*\}/g, '')
    const answer = await admin.ask('POST', '/api/channels/telegram/runtime-config', {
      values: { bot_token: wrong, bot_username: 'portico_1_bot' },
    })
    const body = await answer.text()
    expect([answer.status, body]).toEqual([400, expect.stringContaining('Telegram')])
    expect(body).not.toContain(wrong)
    expect((await dump()).replaceAll(/"cursor":\{[^}]*\}/g, '')).toBe(before)
    await isAnswered('still you?')
  })
})
