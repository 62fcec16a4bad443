import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ScriptedAgent } from '../../conversations/testing/scripted-agent.ts'
import { BotService, link } from '../../testing/bot-service.ts'
import type { Person } from '../../testing/person.ts'
import { createWorld, type World } from '../../testing/world.ts'

/** Both routes of the chat, against every status that they can answer with. */
let world: World
let ada: Person
let bot: BotService
const account = { platform: 'DISCORD', platform_user_id: '7' }
const agent = new ScriptedAgent()
const paths = ['/session', '/stream'] as const

beforeAll(async () => {
  world = await createWorld({
    yaml: 'agents: { default: { kind: echo, queue_limit: 2 } }',
    overrides: { agents: new Map([['default', agent]]) },
  })
  ada = await world.person('Ada')
  bot = await BotService.create(world.url, ada, { platforms: ['DISCORD'] })
  await link(world, ada, { channel: 'discord', externalId: '7' })
})
afterAll(() => world.stop())

async function refusal(response: Promise<Response>): Promise<[number, string]> {
  const answer = await response
  expect(answer.headers.get('content-type')).toContain('application/problem+json')
  return [answer.status, ((await answer.json()) as { code: string }).code]
}

describe.each(paths)('/chat%s', (path) => {
  const post = (body: object, as = bot) => as.ask('POST', path, { message: 'hello', ...body })

  it('200 for a person by their account, and by their id', async () => {
    for (const name of [account, { user_id: ada.id }]) {
      const answer = await post(name)
      expect(answer.status).toBe(200)
      await answer.text()
    }
  })

  it('401 without a key, and with a wrong one', async () => {
    const asked = (headers: Record<string, string>) => refusal(bot.ask('POST', path, account, headers))
    expect(await asked({ 'x-bot-api-key': 'pb_wrong' })).toEqual([401, 'credential_invalid'])
    expect(await asked({ 'x-bot-api-key': '' })).toEqual([401, 'credential_invalid'])
  })

  it('403 for a platform for whose people the bot does not speak', async () => {
    const named = { platform: 'SLACK', platform_user_id: '7' }
    expect(await refusal(post(named))).toEqual([403, 'bot_not_of_platform'])
  })

  it.each([
    ['a stranger', { ...account, platform_user_id: '8' }],
    ['an account of another tenant', { ...account, tenant_id: 'T' }],
    ['a user who never was', { user_id: 'usr_none' }],
  ])('404 for %s', async (_, name) => {
    expect(await refusal(post(name))).toEqual([404, 'person_not_linked'])
  })

  it('404 for a session that never was', async () => {
    expect(await refusal(post({ ...account, session_id: 'cnv_none' }))).toEqual([404, 'session_not_found'])
  })

  it.each([
    ['nobody', {}],
    ['somebody twice', { ...account, user_id: 'usr_1' }],
    ['half an account', { platform: 'DISCORD' }],
    ['the other half', { platform_user_id: '7' }],
    ['an unknown platform', { ...account, platform: 'discord' }],
    ['an account without characters', { ...account, platform_user_id: '' }],
    ['an account that is too long', { ...account, platform_user_id: 'x'.repeat(256) }],
    ['an empty message', { ...account, message: '' }],
    ['a message that is too long', { ...account, message: 'x'.repeat(32_001) }],
    ['a message that is no text', { ...account, message: 5 }],
    ['a field that is not known', { ...account, model: 'gpt' }],
    ['a file from elsewhere', { ...account, files: [{ url: 'http://127.0.0.1/', media_type: 'a/b' }] }],
  ])('422 for %s', async (_, body) => {
    expect(await refusal(post(body))).toEqual([422, 'validation_failed'])
  })

  it('413 and 415 for a body that is too large, and for one that is not JSON', async () => {
    const large = { ...account, files: [{ url: `data:,${'x'.repeat(1024 * 1024)}`, media_type: 'a/b' }] }
    expect(await refusal(post(large))).toEqual([413, 'body_too_large'])
    const text = { 'content-type': 'text/plain' }
    expect(await refusal(bot.ask('POST', path, account, text))).toEqual([415, 'media_type_unsupported'])
  })
})

describe('/chat/stream alone', () => {
  it('422 without a message, which /chat/session does not need', async () => {
    expect(await refusal(bot.ask('POST', '/stream', account))).toEqual([422, 'validation_failed'])
    expect((await bot.ask('POST', '/session', account)).status).toBe(200)
  })

  it('400 for a Last-Event-ID that is none', async () => {
    const headers = { 'last-event-id': 'abc' }
    const asked = bot.ask('POST', '/stream', { ...account, message: 'x' }, headers)
    expect(await refusal(asked)).toEqual([400, 'last_event_id_invalid'])
  })

  it('409 for a message_id that was another message’s', async () => {
    const body = { ...account, message: 'one', message_id: 'used' }
    await (await bot.ask('POST', '/stream', body)).text()
    expect(await refusal(bot.ask('POST', '/stream', { ...body, message: 'two' }))).toEqual([
      409,
      'message_id_reused',
    ])
  })

  it('429 when too many wait, with the seconds to wait, and nothing is left of it', async () => {
    const session_id = await bot.session(account)
    const body = { ...account, session_id }
    await bot.says('wait for the queue', body)
    await bot.says('second', body)
    const third = await bot.ask('POST', '/stream', { ...body, message: 'third' })
    expect(third.headers.get('retry-after')).toBe('5')
    expect(await refusal(Promise.resolve(third))).toEqual([429, 'conversation_busy'])
    agent.release('wait for the queue')
    await expect.poll(async () => (await ada.messages(session_id)).turn, { timeout: 15_000 }).toBeNull()
    expect((await ada.messages(session_id)).messages).toHaveLength(4)
  })
})

describe('turns of sessions', () => {
  it('404 for a turn that never was', async () => {
    const none = [bot.ask('GET', '/turns/trn_none/stream'), bot.ask('POST', '/turns/trn_none/cancel')]
    for (const asked of none) expect(await refusal(asked)).toEqual([404, 'turn_not_found'])
  })

  it('503 on every route as long as no key is configured', async () => {
    const bare = await createWorld()
    const nobody = new BotService(bare.url, 'pb_any', '')
    for (const path of paths)
      expect(await refusal(nobody.ask('POST', path, account))).toEqual([503, 'bot_keys_unconfigured'])
    await bare.stop()
  })
})
