import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Channel, ChannelDefinition, WebhookRequest, WebhookVerdict } from '../../channels/channel.ts'
import { createBotMemory } from '../../channels/bot-memory.ts'
import { paperChannel } from '../../channels/testing/paper-channel.ts'
import { isSigned } from '../../lib/hmac.ts'
import { openChannelsHouse, type ChannelsHouse } from '../channels/testing/channels-house.ts'

/** A channel that is called: bodies are texts, signed with the bot's token. */
const called: ChannelDefinition = {
  ...paperChannel('called', 'Called'),
  reach: 'webhook',
  create(bot, dependencies) {
    const channel: Channel = paperChannel('called', 'Called').create(bot, dependencies)
    const judgeWebhook = async (request: WebhookRequest): Promise<WebhookVerdict> => {
      const token = String(bot.settings['app_token'])
      if (request.method === 'GET')
        return {
          kind: 'reply',
          status: 200,
          contentType: 'text/plain',
          body: request.query['challenge'] ?? '',
        }
      if (!isSigned(request.body, token, request.headers['x-signature']))
        return { kind: 'refused', status: 401, reason: 'no signature' }
      const text = Buffer.from(request.body).toString()
      const message = {
        key: text,
        kind: 'message' as const,
        chat: { chatId: 'c', kind: 'private' as const },
        sender: { tenantId: '', id: '7', name: 'Ada' },
        messageId: text,
        text,
        addressed: true,
        files: [],
        sentAt: 0,
      }
      return { kind: 'accept', batch: { messages: [message], memory: { last: text } }, body: 'thanks' }
    }
    return Object.assign(channel, { judgeWebhook })
  },
}

let house: ChannelsHouse
let botId: string
beforeAll(async () => {
  house = await openChannelsHouse({ channels: [called] })
  const values = { app_token: 'good-secret', app_name: 'clerk' }
  await house.ask(house.admin, 'POST', '/called/runtime-config', { values })
  botId = (await house.bots.list(house.db, { channel: 'called' }))[0]!.id
})
afterAll(() => house.stop())

const post = (body: string, options: { signed?: string; url?: string; type?: string } = {}) =>
  house.app.inject({
    method: 'POST',
    url: options.url ?? `/webhooks/called/${botId}`,
    headers: {
      'content-type': options.type ?? 'application/json',
      authorization: 'Bearer of the platform, not ours',
      'x-signature': createHmac('sha256', 'good-secret')
        .update(options.signed ?? body)
        .digest('hex'),
    },
    payload: body,
  })

it('commits what is signed, with what the channel wants to remember, and then answers', async () => {
  const answer = await post('{ not even json')
  expect([answer.statusCode, answer.body]).toEqual([200, 'thanks'])
  expect(house.webhooks.messages).toEqual(['{ not even json'])
  expect(await createBotMemory(house.db, botId).read('last')).toBe('{ not even json')
})

it.each(['application/json', 'text/plain', 'application/x-www-form-urlencoded'])(
  'takes the bytes of %s as they come',
  async (type) => {
    const body = `{"a": 1}  ${type}`
    expect((await post(body, { type })).statusCode).toBe(200)
    expect(house.webhooks.messages.at(-1)).toBe(body)
  },
)

it('refuses what is not signed, or signed for another body, and commits nothing', async () => {
  const before = house.webhooks.messages.length
  const refused = await post('changed', { signed: 'original' })
  expect([refused.statusCode, refused.json<{ code: string }>().code]).toEqual([401, 'webhook_refused'])
  expect(house.webhooks.messages).toHaveLength(before)
})

it('answers a handshake', async () => {
  const answer = await house.app.inject({ url: `/webhooks/called/${botId}?challenge=1158201444` })
  expect([answer.statusCode, answer.body]).toEqual([200, '1158201444'])
})

it('knows no bot of another channel, no channel that is not called, and no other bot', async () => {
  for (const url of [`/webhooks/paper/${botId}`, '/webhooks/called/bot_none', '/webhooks/none/bot_none'])
    expect((await post('x', { url })).statusCode).toBe(404)
})

it('asks the platform to come again when the commit fails, or the bot is paused', async () => {
  house.webhooks.areFailing = true
  expect((await post('later')).statusCode).toBe(500)
  house.webhooks.areFailing = false
  expect((await post('later')).statusCode).toBe(200)
  expect(house.webhooks.messages.filter((text) => text === 'later')).toHaveLength(1)

  const bot = (await house.bots.find(house.db, botId))!
  await house.db.transaction().execute((tx) => house.bots.save(tx, { ...bot, enabled: false }))
  const paused = await post('paused')
  expect([paused.statusCode, paused.headers['retry-after']]).toEqual([503, '60'])
})
