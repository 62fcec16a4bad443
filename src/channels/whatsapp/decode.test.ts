import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { decodeWebhook } from './decode.ts'

const folder = join(import.meta.dirname, 'testing', 'payloads')

function sample(name: string): Uint8Array {
  return readFileSync(join(folder, `${name}.json`))
}

function messageOf(name: string) {
  const [decoded] = decodeWebhook(sample(name), '1060000000001')
  if (decoded?.kind !== 'message') throw new Error(`${name} is no message`)
  return { ...decoded.message, author: decoded.author }
}

describe('a webhook of WhatsApp', () => {
  it('is read whole', () => {
    expect(messageOf('text')).toEqual({
      key: 'wamid.TEXT1',
      kind: 'message',
      messageId: 'wamid.TEXT1',
      text: 'Where is my order?',
      addressed: true,
      files: [],
      sentAt: 1_800_000_000_000,
      author: { waId: '15550200001', name: 'Ada' },
    })
  })

  it.each([
    ['reply', { text: 'this one' }],
    ['button-reply', { text: '/approve 7' }],
    ['list-reply', { text: 'slow' }],
    ['template-button', { text: 'I am here' }],
    ['username-only', { author: { userId: 'US.13000000000000000001', name: 'Bob', username: '@bob' } }],
    ['number-and-user-id', { author: { waId: '15550200002', userId: 'US.13000000000000000001' } }],
  ])('%s says what the person meant', (name, expected) => {
    expect(messageOf(name)).toMatchObject(expected)
  })

  it.each([
    ['image', 'look', { kind: 'image', name: 'image.jpg', mediaType: 'image/jpeg' }, '9000000001'],
    ['voice', '', { kind: 'voice', name: 'voice.ogg', mediaType: 'audio/ogg' }, '9000000002'],
    ['audio', '', { kind: 'audio', name: 'audio.mp3', mediaType: 'audio/mpeg' }, '9000000003'],
    ['document', 'the plan', { kind: 'document', name: 'plan 2.pdf' }, '9000000004'],
    ['sticker', '', { kind: 'image', name: 'image.webp' }, '9000000005'],
  ])('%s brings its file', (name, text, file, media_id) => {
    expect(messageOf(name)).toMatchObject({ text, files: [{ ...file, ref: { media_id } }] })
  })

  it.each(['reaction', 'location', 'unsupported', 'system', 'group', 'account-update'])(
    '%s is none of our business',
    (name) => {
      expect(decodeWebhook(sample(name), '1060000000001')).toEqual([])
    },
  )

  it('for another number of the same account is none of our business', () => {
    for (const file of readdirSync(folder)) {
      expect(decodeWebhook(readFileSync(join(folder, file)), '1060000000002')).toEqual([])
    }
  })

  it.each([
    ['delivered', 'delivered'],
    ['read', 'read'],
    ['played', 'read'],
  ])('can say that an answer was %s', (status, state) => {
    const body = Buffer.from(sample('status-delivered')).toString().replace('"delivered"', `"${status}"`)
    expect(decodeWebhook(Buffer.from(body), '1060000000001')).toEqual([
      { kind: 'receipt', receipt: { messageId: 'wamid.OURS1', state, at: 1_800_000_003_000 } },
    ])
  })

  it.each(['sent', 'warning', ''])('with the status "%s" says nothing new', (status) => {
    const body = Buffer.from(sample('status-delivered')).toString().replace('"delivered"', `"${status}"`)
    expect(decodeWebhook(Buffer.from(body), '1060000000001')).toEqual([])
  })

  it('can say that an answer came too late for the person', () => {
    const details =
      'Message failed to send because more than 24 hours have passed since the customer last replied to this number.'
    const receipt = {
      messageId: 'wamid.OURS2',
      state: 'failed',
      code: '131047',
      reason: `WhatsApp: ${details}`,
      at: 1_800_000_003_000,
    }
    expect(decodeWebhook(sample('status-window-closed'), '1060000000001')).toEqual([
      { kind: 'receipt', receipt },
      { kind: 'window_closed', recipient: '15550200001', at: 1_800_000_003_000 },
    ])
  })
})

const good = {
  from: '15550200001',
  id: 'wamid.X',
  timestamp: '1800000000',
  type: 'text',
  text: { body: 'x' },
}

function envelope(message: unknown) {
  const metadata = { phone_number_id: '1060000000001' }
  return { entry: [{ changes: [{ field: 'messages', value: { metadata, messages: [message] } }] }] }
}

describe('malformed input', () => {
  it.each<[string, unknown]>([
    ['null', null],
    ['a list', []],
    ['no entries', { object: 'whatsapp_business_account' }],
    ['an entry that is text', { entry: ['x'] }],
    ['a change that is a number', { entry: [{ changes: [7] }] }],
    ['a value that is text', { entry: [{ changes: [{ field: 'messages', value: 'x' }] }] }],
    ['no number', { entry: [{ changes: [{ field: 'messages', value: { messages: [good] } }] }] }],
    ['a message that is text', envelope('hi')],
    ['no id', envelope({ ...good, id: undefined })],
    ['an id with blanks', envelope({ ...good, id: 'wamid x\n' })],
    ['no type', envelope({ ...good, type: 4 })],
    ['a time that is none', envelope({ ...good, timestamp: 'soon' })],
    ['no sender', envelope({ ...good, from: undefined })],
    ['a sender that is a path', envelope({ ...good, from: '../../15550200001' })],
    ['no text', envelope({ ...good, text: {} })],
    ['a media id that is a path', envelope({ ...good, type: 'image', image: { id: '../me' } })],
    ['a text of 100 kB', envelope({ ...good, text: { body: 'x'.repeat(100_000) } })],
  ])('%s is kept as malformed', (_, raw) => {
    const decoded = decodeWebhook(Buffer.from(JSON.stringify(raw)), '1060000000001')
    expect(decoded).toMatchObject([{ kind: 'malformed' }])
    if (decoded[0]?.kind !== 'malformed') return
    expect(decoded[0].raw.length).toBeLessThanOrEqual(4000)
    expect(decoded[0].reason).not.toBe('')
  })

  it('takes nothing from the message beside it', () => {
    const both = envelope(7)
    both.entry[0]!.changes[0]!.value.messages.push(good)
    const kinds = decodeWebhook(Buffer.from(JSON.stringify(both)), '1060000000001').map(({ kind }) => kind)
    expect(kinds).toEqual(['malformed', 'message'])
  })
})
