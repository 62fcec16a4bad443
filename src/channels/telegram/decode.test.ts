import { describe, expect, it } from 'vitest'
import { decodeUpdate } from './decode.ts'
import type { BotAccount } from './types.ts'

const bot: BotAccount = { id: 900, name: 'Portico', username: 'portico_bot', readsAllGroupMessages: false }
const ada = { id: 7, is_bot: false, first_name: 'Ada', last_name: 'L.', username: 'ada' }
const us = { id: 900, is_bot: true, first_name: 'Portico', username: 'portico_bot' }
const privately = { id: 7, type: 'private' }
const group = { id: -100, type: 'supergroup', title: 'G' }

function decode(message: object, seeing: BotAccount = bot, kind = 'message') {
  const whole = { message_id: 5, date: 1_800_000_000, from: ada, chat: privately, ...message }
  return decodeUpdate({ update_id: 12, [kind]: whole }, seeing)
}

function messageOf(message: object, seeing: BotAccount = bot, kind = 'message') {
  const decoded = decode(message, seeing, kind)
  if (decoded.kind !== 'message') throw new Error(`it reads as ${decoded.kind}`)
  return decoded.message
}

const mark = (type: string, text: string, part: string, more = {}) => ({
  type,
  offset: text.indexOf(part),
  length: part.length,
  ...more,
})

describe('a private message', () => {
  it('is read whole', () => {
    expect(messageOf({ text: 'Hello' })).toEqual({
      key: '12',
      kind: 'message',
      chat: { chatId: '7', kind: 'private' },
      sender: { tenantId: '', id: '7', name: 'Ada L.', username: 'ada' },
      messageId: '5',
      text: 'Hello',
      addressed: true,
      files: [],
      sentAt: 1_800_000_000_000,
    })
  })

  it('is an edit with the time of the edit', () => {
    const edit = messageOf({ text: 'Hello!', edit_date: 1_800_000_009 }, bot, 'edited_message')
    expect(edit).toMatchObject({ kind: 'edit', key: '12', messageId: '5', sentAt: 1_800_000_009_000 })
  })

  it('keeps where named links lead', () => {
    const text = 'see here and there'
    const entities = [
      mark('text_link', text, 'here', { url: 'https://a.example/' }),
      mark('text_link', text, 'there', { url: 'https://b.example/' }),
    ]
    expect(messageOf({ text, entities }).text).toBe(
      'see here (https://a.example/) and there (https://b.example/)',
    )
  })

  it('brings its files, the largest photo and the caption as text', () => {
    const photo = [
      { file_id: 'small', file_size: 10 },
      { file_id: 'large', file_size: 99 },
    ]
    expect(messageOf({ caption: 'look', photo })).toMatchObject({
      text: 'look',
      files: [{ name: 'photo.jpg', mediaType: 'image/jpeg', size: 99, ref: { file_id: 'large' } }],
    })
    const document = { file_id: 'doc', file_name: 'plan.pdf', mime_type: 'application/pdf' }
    expect(messageOf({ document })).toMatchObject({
      text: '',
      files: [{ name: 'plan.pdf', mediaType: 'application/pdf', ref: { file_id: 'doc' } }],
    })
    const clip = { file_id: 'gif', file_name: 'a.mp4' }
    expect(messageOf({ animation: clip, document: clip }).files).toHaveLength(1)
    expect(messageOf({ voice: { file_id: 'v' } }).files[0]?.mediaType).toBe('audio/ogg')
  })
})

describe('a group message', () => {
  const says = (text: string, entities: object[] = [], more: object = {}, seeing = bot) =>
    messageOf({ chat: group, text, entities, ...more }, seeing)

  it('is not for us by itself, and an answer would refer to it', () => {
    const message = says('anyone here?')
    expect(message.addressed).toBe(false)
    expect(message.chat).toEqual({ chatId: '-100', kind: 'group', replyTo: '5' })
  })

  it('is for us when it mentions us, in UTF-16 units and in any case', () => {
    const text = '👩‍🚀 hey @Portico_Bot what is up'
    const message = says(text, [mark('mention', text, '@Portico_Bot')])
    expect(message).toMatchObject({ addressed: true, text: '👩‍🚀 hey what is up' })
  })

  it('is not for us when it mentions somebody alike', () => {
    const text = '@portico_bot2 hi'
    expect(says(text, [mark('mention', text, '@portico_bot2')])).toMatchObject({ addressed: false, text })
  })

  it('is for us when it mentions us by name', () => {
    const text = 'Portico, hi'
    const message = says(text, [mark('text_mention', text, 'Portico', { user: us })])
    expect(message).toMatchObject({ addressed: true, text: ', hi' })
  })

  it('is for us when it replies to us, but not because we opened the topic', () => {
    expect(says('yes', [], { reply_to_message: { from: us } }).addressed).toBe(true)
    expect(says('yes', [], { reply_to_message: { from: ada } }).addressed).toBe(false)
    const opening = { from: us, forum_topic_created: { name: 'T' } }
    expect(says('yes', [], { reply_to_message: opening }).addressed).toBe(false)
  })

  it('is for us as a command with our name, and the name goes', () => {
    const text = '/new@portico_bot please'
    const message = says(text, [mark('bot_command', text, '/new@portico_bot')])
    expect(message).toMatchObject({ addressed: true, text: '/new please' })
  })

  it('is passed over as a command for another bot', () => {
    const text = '/new@other_bot'
    const decoded = decode({ chat: group, text, entities: [mark('bot_command', text, text)] })
    expect(decoded.kind).toBe('passed_over')
  })

  it('is for us as a bare command unless we are shown everything', () => {
    const command = [mark('bot_command', '/stop', '/stop')]
    expect(says('/stop', command).addressed).toBe(true)
    expect(says('/stop', command, {}, { ...bot, readsAllGroupMessages: true }).addressed).toBe(false)
  })

  it('belongs to its forum topic; reply threads and General are no topics', () => {
    expect(says('x', [], { message_thread_id: 44, is_topic_message: true }).chat.topicId).toBe('44')
    expect(says('x', [], { message_thread_id: 44 }).chat.topicId).toBeUndefined()
  })
})

describe('what is none of our business', () => {
  it.each([
    ['a channel post', { channel_post: { message_id: 1, date: 1, chat: { id: -1, type: 'channel' } } }],
    ['a kind of the future', { hologram: {} }],
    ['nothing', {}],
  ])('%s is passed over', (_, content) => {
    expect(decodeUpdate({ update_id: 12, ...content }, bot)).toEqual({ kind: 'passed_over', updateId: 12 })
  })

  it.each([
    ['a bot', { text: 'x', from: us }],
    ['an anonymous admin', { text: 'x', chat: group, sender_chat: { id: -100 } }],
    ['a service message', { new_chat_members: [us] }],
    ['a group upgrade', { chat: group, migrate_to_chat_id: -200 }],
    ['a sticker', { sticker: { file_id: 'x' } }],
    ['a message in a channel', { text: 'x', chat: { id: -1, type: 'channel' } }],
  ])('%s is passed over', (_, message) => {
    expect(decode(message).kind).toBe('passed_over')
  })
})
