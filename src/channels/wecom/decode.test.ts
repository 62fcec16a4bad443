import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { decodeFrame } from './decode.ts'

const now = 1_795_206_999_000

function frame(name: string, changes: object = {}) {
  const file = new URL(`testing/payloads/${name}.json`, import.meta.url)
  const raw = JSON.parse(readFileSync(file, 'utf8')) as { body: object }
  return decode({ ...raw, body: { ...raw.body, ...changes } })
}

function decode(raw: unknown) {
  return decodeFrame(typeof raw === 'string' ? raw : JSON.stringify(raw), 'aib0001', now)
}

describe('a message of WeCom', () => {
  it('in a group is without the name of the bot, and can be answered', () => {
    expect(frame('group-text')).toEqual({
      batch: {
        messages: [
          {
            key: 'msg-group-0001',
            kind: 'message',
            chat: { chatId: 'group:wr0001', kind: 'group', replyTo: 'msg-group-0001' },
            sender: { tenantId: 'aib0001', id: 'ada', name: 'ada' },
            messageId: 'msg-group-0001',
            text: 'what is left to do?',
            addressed: true,
            files: [],
            sentAt: 1_795_206_945_000,
          },
        ],
      },
      reply: { reqId: 'req-group-0001', messageId: 'msg-group-0001', kind: 'message', at: now },
    })
  })

  it('has its picture with the key of this message', () => {
    expect(frame('private-mixed').batch.messages[0]).toMatchObject({
      chat: { chatId: 'user:ada', kind: 'private' },
      text: 'which one is it?',
      files: [
        {
          kind: 'image',
          ref: {
            url: 'https://files.example.com/0001',
            aes_key: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=',
          },
        },
      ],
      sentAt: now,
    })
  })

  it('that was spoken is what was said', () => {
    expect(frame('private-voice').batch.messages[0]).toMatchObject({ text: 'call me back', files: [] })
  })

  it('comes from a pressed button, in both shapes of it', () => {
    const { batch } = frame('card-pressed')
    expect(batch.messages[0]).toMatchObject({
      kind: 'message',
      text: '/approve 7',
      sender: { tenantId: 'aib0001:ww0001', id: 'ada' },
      chat: { chatId: 'group:wr0001' },
    })
    const flat = frame('card-pressed', { event: { eventtype: 'template_card_event', event_key: 'ok' } })
    expect(flat.batch.messages[0]?.text).toBe('ok')
  })

  it('is none when somebody opened the chat', () => {
    const { batch, reply } = frame('enter-chat')
    expect(batch.messages[0]).toMatchObject({ kind: 'joined', text: '', chat: { chatId: 'user:ada' } })
    expect(reply).toMatchObject({ kind: 'welcome' })
  })

  it('of a person and of a group with the same id are in different chats', () => {
    const person = frame('private-voice', { from: { userid: 'same' } }).batch.messages[0]
    const group = frame('group-text', { chatid: 'same' }).batch.messages[0]
    expect(person?.chat.chatId).not.toBe(group?.chat.chatId)
  })

  it('is passed over when nothing in it can be read', () => {
    expect(frame('group-text', { msgtype: 'location' }).batch).toEqual({ messages: [] })
    expect(decode({ cmd: 'aibot_new_callback', headers: {}, body: {} }).batch).toEqual({ messages: [] })
    const feedback = frame('enter-chat', { event: { eventtype: 'feedback_event' } })
    expect(feedback.batch).toEqual({ messages: [] })
  })
})

describe('malformed input', () => {
  it.each([
    ['no JSON', () => decode('{{{')],
    ['a list', () => decode([])],
    ['null', () => decode(null)],
    ['no body', () => decode({ cmd: 'aibot_msg_callback', headers: { req_id: 'r' } })],
    ['no sender', () => frame('group-text', { from: undefined })],
    ['a text that is a number', () => frame('group-text', { text: { content: 7 } })],
    ['a group without an id', () => frame('group-text', { chatid: undefined })],
    ['a kind of chat that does not exist', () => frame('group-text', { chattype: 'planet' })],
    ['a huge text', () => frame('group-text', { text: { content: 'x'.repeat(30_000) } })],
    ['an event without a type', () => frame('enter-chat', { event: {} })],
  ])('is counted: %s', (_, decoded) => {
    const { batch } = decoded()
    expect(batch.messages).toEqual([])
    expect(batch.malformed).toHaveLength(1)
    expect(String(batch.malformed?.[0]?.raw).length).toBeLessThanOrEqual(4000)
  })
})
