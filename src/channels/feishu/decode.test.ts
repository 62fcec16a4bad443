import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { decodeEvent } from './decode.ts'
import { fieldsOf, type Fields } from '../../lib/json.ts'

const bot = { openId: 'ou_b07b07b07b07b07b07b07b07b07b07b0', name: 'Portico' }
const identity = {
  tenantId: '736588c9260f175e',
  id: 'on_8ed6aa67826108097d9ee143816345',
  name: 'on_8ed6aa67826108097d9ee143816345',
}

function sample(name: string): Fields {
  return fieldsOf(
    JSON.parse(readFileSync(join(import.meta.dirname, 'testing/payloads', `${name}.json`), 'utf8')),
  )
}

/** The documented message with other fields; undefined takes one away. */
function message(changes: Fields, sender: Fields = {}): Fields {
  const payload = sample('im-message-receive')
  const event = fieldsOf(payload['event'])
  const changed = { ...fieldsOf(event['message']), ...changes }
  return {
    ...payload,
    event: { ...event, sender: { ...fieldsOf(event['sender']), ...sender }, message: changed },
  }
}

const outsideOfThreads = { thread_id: undefined, root_id: undefined, parent_id: undefined }

function text(decoded: ReturnType<typeof decodeEvent>): string | undefined {
  return decoded.kind === 'message' ? decoded.message.text : undefined
}

describe('a message', () => {
  it('of a thread, as documented', () => {
    expect(decodeEvent(sample('im-message-receive'), bot)).toEqual({
      kind: 'message',
      openId: 'ou_84aad35d084aa403a838cf73ee18467',
      message: {
        key: 'om_5ce6d572455d361153b7cb51da133945',
        kind: 'message',
        chat: {
          chatId: 'oc_5ce6d572455d361153b7xx51da133945',
          kind: 'group',
          topicId: 'om_5ce6d572455d361153b7cb5xxfsdfsdfdsf',
          replyTo: 'om_5ce6d572455d361153b7cb51da133945',
        },
        sender: identity,
        messageId: 'om_5ce6d572455d361153b7cb51da133945',
        text: 'how are you, @Bob?',
        addressed: true,
        files: [],
        sentAt: 1731912999123,
      },
    })
  })

  it('that begins a thread is the topic itself, and a quote is none', () => {
    const first = decodeEvent(message({ root_id: undefined, parent_id: undefined }), bot)
    expect(first).toMatchObject({ message: { chat: { topicId: 'om_5ce6d572455d361153b7cb51da133945' } } })
    const quote = decodeEvent(message({ thread_id: undefined }), bot)
    expect(quote.kind === 'message' && quote.message.chat.topicId).toBeUndefined()
  })

  it('in private is addressed and has no message to refer to', () => {
    const decoded = decodeEvent(message({ ...outsideOfThreads, chat_type: 'p2p', mentions: undefined }), bot)
    expect(decoded).toMatchObject({ message: { addressed: true } })
    expect(decoded.kind === 'message' && decoded.message.chat).toEqual({
      chatId: 'oc_5ce6d572455d361153b7xx51da133945',
      kind: 'private',
    })
  })

  it('to everybody, or to somebody else, is not for the bot', () => {
    const content = JSON.stringify({ text: '@_all @_user_2 look' })
    const mentions = [{ key: '@_user_2', id: { open_id: 'ou_bob' }, name: 'Bob' }]
    const decoded = decodeEvent(message({ content, mentions }), bot)
    expect(decoded).toMatchObject({ message: { addressed: false, text: '@all @Bob look' } })
  })

  it('keeps apart mentions whose keys begin alike', () => {
    const mentions = [
      { key: '@_user_1', id: { open_id: 'ou_1' }, name: 'Ada' },
      { key: '@_user_10', id: { open_id: 'ou_10' }, name: 'Bob' },
    ]
    const content = JSON.stringify({ text: '@_user_10 @_user_1 @_user_3' })
    expect(text(decodeEvent(message({ content, mentions }), bot))).toBe('@Bob @Ada @_user_3')
  })

  it('of a person without a union id is theirs by the open id', () => {
    const decoded = decodeEvent(message({}, { sender_id: { open_id: 'ou_1', union_id: '' } }), bot)
    expect(decoded).toMatchObject({ message: { sender: { id: 'ou_1', tenantId: '736588c9260f175e' } } })
  })

  it('of a bot is passed over', () => {
    expect(decodeEvent(message({}, { sender_type: 'app' }), bot)).toEqual({ kind: 'passed_over' })
    const own = { sender_id: { open_id: bot.openId } }
    expect(decodeEvent(message({}, own), bot)).toEqual({ kind: 'passed_over' })
  })

  it('of rich text reads as text with its files', () => {
    const content = JSON.stringify(sample('post-content'))
    const decoded = decodeEvent(message({ message_type: 'post', content }), bot)
    expect(text(decoded)).toBe(
      'Plan\n\nlook at the plan (https://example.com/plan):SMILE:\n\n\n---\n\n```go\nfunc main() {}\n```',
    )
    expect(decoded.kind === 'message' && decoded.message.files.map(({ kind, ref }) => [kind, ref])).toEqual([
      [
        'image',
        {
          message_id: 'om_5ce6d572455d361153b7cb51da133945',
          file_key: 'img_v2_7ea74629-9191-4176-998c-2e603c9c5e8g',
          type: 'image',
        },
      ],
      [
        'video',
        { message_id: 'om_5ce6d572455d361153b7cb51da133945', file_key: 'file_v3_0010', type: 'file' },
      ],
    ])
  })

  it.each([
    ['image', { image_key: 'img_1' }, { kind: 'image', ref: { file_key: 'img_1', type: 'image' } }],
    ['file', { file_key: 'f_1', file_name: '../a.pdf' }, { kind: 'document', name: '../a.pdf' }],
    ['audio', { file_key: 'f_2', duration: 2000 }, { kind: 'voice', ref: { file_key: 'f_2', type: 'file' } }],
    ['media', { file_key: 'f_3', image_key: 'i', file_name: 'a.mp4' }, { kind: 'video', name: 'a.mp4' }],
  ])('of kind %s brings a file', (type, content, file) => {
    const decoded = decodeEvent(message({ message_type: type, content: JSON.stringify(content) }), bot)
    expect(decoded).toMatchObject({ message: { text: '', files: [file] } })
  })

  it.each(['sticker', 'share_chat', 'system', 'a_kind_of_tomorrow'])('of kind %s is passed over', (type) => {
    expect(decodeEvent(message({ message_type: type, content: '{"file_key":"x"}' }), bot)).toEqual({
      kind: 'passed_over',
    })
  })
})

describe('other events', () => {
  it('a button says its value in the chat it stands in', () => {
    expect(decodeEvent(sample('card-action-trigger'), bot)).toEqual({
      kind: 'message',
      openId: 'ou_84aad35d084aa403a838cf73ee18467',
      message: {
        key: 'f7984f25108f8137722bb63c1ee927e6',
        kind: 'message',
        chat: {
          chatId: 'oc_3d2a1b0c9f8e7d6c5b4a39281706f5e4',
          kind: 'group',
          topicId: 'om_root',
          replyTo: 'om_574d639e4a44e4dd646eaf628e2b48d6',
        },
        sender: identity,
        messageId: 'om_574d639e4a44e4dd646eaf628e2b48d6',
        text: '/approve 7',
        addressed: true,
        files: [],
        sentAt: 1603977298000,
      },
    })
  })

  it('a button of another card is passed over', () => {
    const payload = sample('card-action-trigger')
    const event = { ...fieldsOf(payload['event']), action: { tag: 'button', value: { key: 'value' } } }
    expect(decodeEvent({ ...payload, event }, bot)).toEqual({ kind: 'passed_over' })
  })

  it('the bot comes into a group, or is met for the first time', () => {
    expect(decodeEvent(sample('bot-added'), bot)).toMatchObject({
      message: {
        key: 'fb1c3a4d5e6f7081920a1b2c3d4e5f60',
        kind: 'joined',
        chat: { chatId: 'oc_413779b06c264f78c99f1df5e2551c94', kind: 'group' },
        sender: identity,
        text: '',
      },
    })
    const entered = sample('p2p-chat-entered')
    expect(decodeEvent(entered, bot)).toMatchObject({
      message: { kind: 'joined', chat: { kind: 'private' } },
    })
    const before = { ...fieldsOf(entered['event']), last_message_id: 'om_1' }
    expect(decodeEvent({ ...entered, event: before }, bot)).toEqual({ kind: 'passed_over' })
  })

  it('a kind that nobody asked for is passed over', () => {
    const payload = sample('bot-added')
    const header = { ...fieldsOf(payload['header']), event_type: 'im.message.message_read_v1' }
    expect(decodeEvent({ ...payload, header }, bot)).toEqual({ kind: 'passed_over' })
  })
})

describe('what cannot be understood', () => {
  const cases: [string, unknown][] = [
    ['null', null],
    ['a list', []],
    ['an event of the first schema', { uuid: 'x', event: { type: 'message' } }],
    ['no event', { header: { event_id: 'e', event_type: 'im.message.receive_v1' } }],
    ['no message id', message({ message_id: undefined })],
    ['an id without end', message({ message_id: 'x'.repeat(10_000) })],
    ['content that is no JSON', message({ content: '{' })],
    ['content that is no object', message({ content: '[]' })],
    ['content of another shape', message({ content: '{"text":7}' })],
    ['content without end', message({ content: `{"text":"${'x'.repeat(300_000)}"}` })],
    ['no chat type', message({ chat_type: undefined })],
    ['nobody', message({}, { sender_id: {} })],
    ['a post without content', message({ message_type: 'post', content: '{"title":"x"}' })],
  ]

  it.each(cases)('%s is malformed', (_, raw) => {
    const decoded = decodeEvent(raw, bot)
    expect(decoded.kind).toBe('malformed')
    if (decoded.kind !== 'malformed') return
    expect(decoded.reason).not.toBe('')
    expect(decoded.raw.length).toBeLessThanOrEqual(4_000)
    expect(decoded.key.length).toBeLessThanOrEqual(200)
  })
})
