import { describe, expect, it } from 'vitest'
import { decodeActivity } from './decode.ts'
import { sample } from './testing/stage.ts'

const tenantId = '7e0a0700-0000-4000-8000-000000000001'
const ada = { tenantId, id: '9e09e000-0000-4000-8000-000000000001', name: 'Ada' }

function messageOf(name: string) {
  const decoded = decodeActivity(sample(name))
  if (decoded.kind !== 'message') throw new Error(`${name} is ${decoded.kind}`)
  return decoded.message
}

describe('an activity of Teams', () => {
  it('is read whole', () => {
    expect(messageOf('personal')).toEqual({
      key: 'a:1PersonalChat/1800000000001',
      kind: 'message',
      chat: { chatId: 'a:1PersonalChat', kind: 'private' },
      sender: ada,
      messageId: '1800000000001',
      text: 'Where is my order?',
      addressed: true,
      files: [],
      sentAt: Date.parse('2027-01-15T08:00:00Z'),
    })
  })

  it.each([
    [
      'group-mention',
      {
        text: 'ask @Bob please',
        addressed: true,
        chat: { chatId: '19:groupOfThree@thread.v2', kind: 'group', replyTo: '1800000000001' },
      },
    ],
    ['group-aside', { text: 'nothing for the bot', addressed: false }],
    [
      'channel-thread',
      {
        text: '/new',
        addressed: true,
        space: '19:team@thread.tacv2',
        chat: { chatId: '19:general@thread.tacv2', kind: 'group', topicId: '1799999999000' },
      },
    ],
    ['edited', { kind: 'edit', text: 'Where is my parcel?', messageId: '1800000000001' }],
    ['message-back', { kind: 'message', text: '/approve 7', addressed: true }],
    ['submit', { kind: 'message', text: '/approve 7', addressed: true }],
    ['execute', { kind: 'message', text: '/approve 7', addressed: true }],
    ['installed', { kind: 'joined', text: '', addressed: true }],
    ['bot-added', { kind: 'joined', text: '', addressed: true, chat: { kind: 'group' } }],
  ])('%s says what the person meant', (name, expected) => {
    expect(messageOf(name)).toMatchObject({ ...expected, sender: ada })
  })

  it.each([
    ['file', 'the plan', { kind: 'document', name: 'plan 2.pdf', mediaType: 'application/pdf' }],
    ['picture', '', { kind: 'image', name: 'image.png', mediaType: 'image/png' }],
  ])('%s brings its file', (name, text, file) => {
    expect(messageOf(name)).toMatchObject({ text, files: [file] })
  })

  it.each(['deleted', 'removed', 'person-added', 'reaction', 'typing', 'other-bot', 'task-fetch'])(
    '%s is none of our business',
    (name) => {
      expect(decodeActivity(sample(name))).toEqual({ kind: 'passed_over' })
    },
  )

  it('of another platform is none of our business', () => {
    expect(decodeActivity({ ...sample('personal'), channelId: 'webchat' })).toEqual({ kind: 'passed_over' })
  })

  it('does not let a mention write more than itself', () => {
    const mentioned = { id: '29:1bob', name: '$&'.repeat(1000) }
    const entities = [{ type: 'mention', text: 'a', mentioned }]
    const decoded = decodeActivity({ ...sample('personal'), text: 'a'.repeat(10), entities })
    if (decoded.kind !== 'message') throw new Error('it is no message')
    expect(decoded.message.text).toBe(`@${'$&'.repeat(127)}$${'a'.repeat(9)}`)
  })

  it('has another key when it was edited', () => {
    expect(messageOf('edited').key).not.toBe(messageOf('personal').key)
  })

  it('names people without a directory by their account', () => {
    const decoded = decodeActivity({ ...sample('personal'), from: { id: '29:1guest', name: 'Bob' } })
    expect(decoded).toMatchObject({ message: { sender: { id: '29:1guest' } } })
  })
})

describe('malformed input', () => {
  it.each<[string, unknown]>([
    ['null', null],
    ['a list', []],
    ['an id that is a number', { ...sample('personal'), id: 7 }],
    ['no id', { ...sample('personal'), id: undefined }],
    ['an id with blanks', { ...sample('personal'), id: 'a b' }],
    ['no conversation', { ...sample('personal'), conversation: 'x' }],
    ['a conversation of another type', { ...sample('personal'), conversation: { id: 'x' } }],
    ['no sender', { ...sample('personal'), from: {} }],
    ['no recipient', { ...sample('personal'), recipient: null }],
    ['a time that is none', { ...sample('personal'), timestamp: 'soon' }],
    ['a text that is a list', { ...sample('personal'), text: ['x'] }],
    ['a text of 100 kB', { ...sample('personal'), text: 'x'.repeat(100_000) }],
  ])('%s is kept as malformed', (_, raw) => {
    const decoded = decodeActivity(raw)
    expect(decoded.kind).toBe('malformed')
    if (decoded.kind !== 'malformed') return
    expect(decoded.raw.length).toBeLessThanOrEqual(4000)
    expect(decoded.reason).not.toBe('')
  })
})
