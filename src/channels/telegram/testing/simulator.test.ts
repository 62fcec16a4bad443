import { Api, Bot, GrammyError, HttpError } from 'grammy'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connectToSimulator } from './control.ts'
import { parseHtml } from './html.ts'
import type { SimulatedBot } from './platform.ts'
import { startTelegramSimulator, type Person, type TelegramSimulator } from './simulator.ts'

let telegram: TelegramSimulator
let made: SimulatedBot
let api: Api
let ada: Person

beforeEach(async () => {
  telegram = await startTelegramSimulator()
  made = telegram.addBot({ token: '900:abc', username: 'portico_bot' })
  api = new Api(made.token, { apiRoot: telegram.url })
  ada = telegram.person({ id: 7, first_name: 'Ada' })
})
afterEach(() => telegram.stop())

async function refusal(call: Promise<unknown>): Promise<string> {
  const error = await call.then(
    () => new Error('it passed'),
    (thrown: unknown) => thrown,
  )
  return error instanceof GrammyError ? error.description : String(error)
}

describe("the SDK's own bot as a judge", () => {
  it('starts, receives, answers, edits and stops', async () => {
    const bot = new Bot(made.token, { client: { apiRoot: telegram.url } })
    bot.command('start', async (context) => {
      await context.reply(`code ${context.match}`)
    })
    bot.on('message:text', async (context) => {
      const sent = await context.reply('<b>bo</b>ld', { parse_mode: 'HTML' })
      await context.api.editMessageText(sent.chat.id, sent.message_id, 'done')
    })
    bot.on('edited_message', (context) => context.reply(`edited to ${context.msg.text ?? ''}`))
    const running = bot.start()
    const chat = ada.chatWith(made.token)
    ada.writes(made.token, '/start c0de')
    await chat.untilAnswer((text) => text === 'code c0de')
    const asked = ada.writes(made.token, 'hello')
    const answer = await chat.untilAnswer((text) => text === 'done')
    expect(answer.history).toEqual(['bold'])
    ada.edits(chat, asked.id, 'hello!')
    await chat.untilAnswer((text) => text === 'edited to hello!')
    await bot.stop()
    await running
    expect(made.updates.pending).toEqual([])
  })

  it('refuses a wrong token as the SDK expects it', async () => {
    const bot = new Bot('900:wrong', { client: { apiRoot: telegram.url } })
    await expect(bot.start()).rejects.toMatchObject({ error_code: 401, description: 'Unauthorized' })
  })

  it('ends the earlier of two polls with 409', async () => {
    const first = refusal(api.getUpdates({ timeout: 30 }))
    await expect.poll(() => made.updates.isPolled).toBe(true)
    const second = api.getUpdates({ timeout: 30 })
    expect(await first).toContain('terminated by other getUpdates request')
    ada.writes(made.token, 'x')
    expect(await second).toHaveLength(1)
  })

  it('refuses polls while a webhook is set', async () => {
    await api.setWebhook('https://example.com/')
    expect(await refusal(api.getUpdates())).toContain('while webhook is active')
    await api.deleteWebhook()
    expect(await api.getUpdates()).toEqual([])
  })

  it('confirms what lies below the offset, and sends the allowed kinds only', async () => {
    ada.writes(made.token, 'a')
    const second = ada.writes(made.token, 'b')
    const [first] = await api.getUpdates({ limit: 1 })
    expect(await api.getUpdates()).toHaveLength(2)
    expect(
      await api.getUpdates({ offset: (first?.update_id ?? 0) + 1, allowed_updates: ['message'] }),
    ).toHaveLength(1)
    ada.edits(ada.chatWith(made.token), second.id, 'c')
    expect(made.updates.pending).toHaveLength(1)
  })

  it.each([
    ['an unknown chat', () => api.sendMessage(12345, 'x'), 'Bad Request: chat not found'],
    ['an empty text', () => api.sendMessage(7, ' '), 'Bad Request: message text is empty'],
    ['a long text', () => api.sendMessage(7, 'x'.repeat(4097)), 'Bad Request: message is too long'],
    [
      'an unknown topic',
      () => api.sendMessage(7, 'x', { message_thread_id: 3 }),
      'Bad Request: message thread not found',
    ],
    ['an edit of nothing', () => api.editMessageText(7, 99, 'x'), 'Bad Request: message to edit not found'],
    ['an unknown method', () => api.getMyName(), 'Not Found'],
  ])('refuses %s in the words of Telegram', async (_, call, words) => {
    ada.writes(made.token, 'hi')
    expect(await refusal(call())).toBe(words)
  })

  it('counts the length after the markup', async () => {
    ada.writes(made.token, 'hi')
    await api.sendMessage(7, `<b>${'x'.repeat(4096)}</b>`, { parse_mode: 'HTML' })
  })

  it('knows blocked and never met people', async () => {
    telegram.person({ id: 8 })
    expect(await refusal(api.sendMessage(8, 'x'))).toContain("can't initiate conversation")
    ada.writes(made.token, 'hi')
    ada.blocks(made.token)
    expect(await refusal(api.sendMessage(7, 'x'))).toBe('Forbidden: bot was blocked by the user')
  })

  it('keeps the privacy of groups', () => {
    const chat = telegram.addGroup({ id: -100, title: 'G', bots: [made.token] })
    for (const text of ['chatter', '@portico_bot a', '/new', '/new@portico_bot', '/new@other_bot']) {
      ada.writes(made.token, text, { chat })
    }
    expect(made.updates.pending).toHaveLength(3)
  })
})

describe('the server', () => {
  const post = (path: string, body: string, type: string) =>
    fetch(telegram.url + path, { method: 'POST', body, headers: { 'content-type': type } })

  it('takes JSON, forms and multipart', async () => {
    ada.writes(made.token, 'hi')
    const path = `/bot${made.token}/sendMessage`
    await post(path, JSON.stringify({ chat_id: '7', text: 'json' }), 'application/json')
    await post(path, 'chat_id=7&text=form', 'application/x-www-form-urlencoded')
    const form = new FormData()
    form.set('chat_id', '7')
    form.set('text', 'multipart')
    form.set('reply_parameters', JSON.stringify({ message_id: 1 }))
    await fetch(telegram.url + path, { method: 'POST', body: form })
    const answers = ada.chatWith(made.token).messages.slice(1)
    expect(answers.map(({ text }) => text)).toEqual(['json', 'form', 'multipart'])
    expect(answers[2]?.replyTo).toBe(1)
  })

  it('answers nonsense with 400 and 404', async () => {
    expect((await post(`/bot${made.token}/getMe`, '{', 'application/json')).status).toBe(400)
    expect((await fetch(`${telegram.url}/botnonsense/getMe`)).status).toBe(404)
    expect(await (await fetch(`${telegram.url}/bot1:unknown/getMe`)).json()).toEqual({
      ok: false,
      error_code: 401,
      description: 'Unauthorized',
    })
  })

  it('fails where it is told to, before or after the call was carried out', async () => {
    ada.writes(made.token, 'hi')
    const chat = ada.chatWith(made.token)
    telegram.faults.add({ method: 'sendMessage', fault: { kind: 'drop_before' } })
    await expect(api.sendMessage(7, 'a')).rejects.toBeInstanceOf(HttpError)
    expect(chat.messages).toHaveLength(1)
    telegram.faults.add({ method: 'sendMessage', fault: { kind: 'drop_after' } })
    await expect(api.sendMessage(7, 'b')).rejects.toBeInstanceOf(HttpError)
    expect(chat.messages).toHaveLength(2)
    telegram.faults.add({ fault: { kind: 'rate_limit', retryAfter: 35 }, times: 2, skip: 1 })
    await api.getMe()
    await expect(api.getMe()).rejects.toMatchObject({ parameters: { retry_after: 35 } })
    await expect(api.getMe()).rejects.toMatchObject({ error_code: 429 })
    await api.getMe()
    telegram.revoke(made.token)
    expect(await refusal(api.getMe())).toBe('Unauthorized')
  })

  it('lets another process play the people', async () => {
    const remote = connectToSimulator(telegram.url)
    const { token } = await remote.bot({ username: 'other_bot' })
    await remote.person({ id: 11, first_name: 'Bo' })
    await remote.write({ token, personId: 11, text: 'hi' })
    const seen = await remote.chat({ token, chatId: 11 })
    const next = remote.chat({ token, chatId: 11, after: seen.version })
    await new Api(token, { apiRoot: telegram.url }).sendMessage(11, 'hello')
    expect((await next).messages.map(({ text }) => text)).toEqual(['hi', 'hello'])
  })
})

describe('its HTML', () => {
  it.each([
    ['<b>x', 'Can\'t find end tag corresponding to start tag "b"'],
    ['<x>y</x>', 'Unsupported start tag "x" at byte offset 0'],
    ['é<b>x</i>', 'Unmatched end tag at byte offset 6, expected "</b>", found "</i>"'],
    ['x</b>', 'Unexpected end tag at byte offset 1'],
    ['a < b', 'Unclosed start tag at byte offset 2'],
  ])('refuses %s', (html, words) => {
    expect(() => parseHtml(html)).toThrow(words)
  })

  it('finds entities in UTF-16 units', () => {
    const { text, entities } = parseHtml(
      '😀 <b>a <i>b</i></b> <pre><code class="language-ts">1 &lt; 2</code></pre>',
    )
    expect(text).toBe('😀 a b 1 < 2')
    expect(entities).toEqual([
      { type: 'bold', offset: 3, length: 3 },
      { type: 'italic', offset: 5, length: 1 },
      { type: 'pre', offset: 7, length: 5, language: 'ts' },
    ])
  })
})
