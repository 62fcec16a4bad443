import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { InboundMessage } from '../channel.ts'
import { decode } from './decode.ts'
import type { Knowledge } from './knowledge.ts'
import type { Fields } from './shape.ts'

const people: Record<string, { name: string; username: string; isBot: boolean }> = {
  U0ADA001: { name: 'Ada', username: 'ada', isBot: false },
  U0BOB001: { name: 'Bob', username: 'bob', isBot: false },
  U0WORKER: { name: 'Worker', username: 'worker', isBot: true },
}
const known: Knowledge = {
  botUserOf: (teamId) => (teamId === 'T0HOME01' ? 'U0PORTICO' : undefined),
  personOf: (_, userId) => people[userId],
  takesPart: (chatId, thread) => `${chatId} ${thread}` === 'C0GARDEN1 1731000010.000200',
}

function sample(name: string): Fields {
  return JSON.parse(
    readFileSync(join(import.meta.dirname, `testing/payloads/${name}.json`), 'utf8'),
  ) as Fields
}

function message(name: string, type = 'events_api'): InboundMessage {
  const decoded = decode(type, sample(name), known)
  if (decoded.kind !== 'message') throw new Error(`${name} is ${decoded.kind}`)
  return decoded.message
}

const ada = { tenantId: 'T0HOME01', id: 'U0ADA001', name: 'Ada', username: 'ada' }
const thread = { chatId: 'C0GARDEN1', kind: 'group', topicId: '1731000010.000200' }

describe('payloads of the documentation', () => {
  it('a direct message', () => {
    expect(message('message-im')).toEqual({
      key: 'D0ADA001:1731000000.000100',
      kind: 'message',
      chat: { chatId: 'D0ADA001', kind: 'private' },
      sender: ada,
      space: 'T0HOME01',
      messageId: '1731000000.000100',
      text: 'What is 2 < 3?',
      addressed: true,
      files: [],
      sentAt: 1731000000000,
    })
  })

  it('a mention, the same by both of its events', () => {
    const mention = message('app-mention')
    expect(mention).toMatchObject({
      key: 'C0GARDEN1:1731000010.000200',
      text: 'summarise the plan (https://example.com/plan) for @Bob',
      chat: thread,
      addressed: true,
    })
    expect(message('message-mention')).toEqual(mention)
  })

  it('a reply in a thread where the bot takes part', () => {
    expect(message('thread-reply')).toMatchObject({ chat: thread, addressed: true, sender: { name: 'Bob' } })
  })

  it('an edit', () => {
    expect(message('message-changed')).toMatchObject({
      key: 'D0ADA001:1731000000.000100:edit:1731000030.000000',
      kind: 'edit',
      messageId: '1731000000.000100',
      text: 'What is 2 < 4?',
      sender: ada,
      sentAt: 1731000030000,
    })
  })

  it('files: a document, a voice note with its transcript, one of another company', () => {
    expect(message('file-share').files).toEqual([
      {
        kind: 'document',
        name: 'plan.pdf',
        mediaType: 'application/pdf',
        size: 2048,
        ref: {
          id: 'F0PLAN01',
          team: 'T0HOME01',
          url: 'https://files.slack.com/files-pri/T0HOME01-F0PLAN01/download/plan.pdf',
        },
      },
      {
        kind: 'voice',
        name: 'audio_message.m4a',
        mediaType: 'audio/mp4',
        size: 9000,
        transcript: 'please read the plan',
        ref: {
          id: 'F0VOICE1',
          team: 'T0HOME01',
          url: 'https://files.slack.com/files-tmb/T0HOME01-F0VOICE1/audio.mp4',
        },
      },
      {
        kind: 'document',
        name: 'file',
        mediaType: 'application/octet-stream',
        ref: { id: 'F0OTHER1', team: 'T0HOME01' },
      },
    ])
  })

  it('somebody of another company in a shared channel: they are of theirs, the channel is ours', () => {
    expect(message('slack-connect')).toMatchObject({
      space: 'T0HOME01',
      sender: { tenantId: 'T0OTHER1', id: 'U0EVE001', name: 'U0EVE001' },
      text: 'hello from next door',
      addressed: true,
    })
  })

  it('a forwarded message is quoted, an unfolded link is not', () => {
    expect(message('forwarded').text).toBe('what do you think?\n> Let us *move* the meeting')
  })

  it('arrivals', () => {
    const opened = { kind: 'joined', key: 'joined:D0ADA001', sender: ada, text: '' }
    expect(message('app-home-opened')).toMatchObject(opened)
    expect(message('member-joined')).toMatchObject({ kind: 'joined', sender: ada, addressed: false })
  })

  it('a pressed button, in the thread of its message', () => {
    expect(message('block-actions', 'interactive')).toMatchObject({
      key: 'press:C0GARDEN1:1731000090.001100:U0ADA001:1731000095.123456',
      text: '/approve 7',
      chat: thread,
      sender: ada,
      addressed: true,
    })
  })

  it('a slash command', () => {
    expect(message('slash-command', 'slash_commands')).toMatchObject({
      text: '/connect abc-123',
      chat: { chatId: 'D0ADA001', kind: 'private' },
      sender: ada,
      sentAt: 1731000100000,
    })
  })

  it('a bot that hides as a person is passed over', () => {
    const payload = sample('message-im')
    const event = { ...(payload['event'] as object), user: 'U0WORKER' }
    expect(decode('events_api', { ...payload, event }, known)).toEqual({ kind: 'passed_over' })
  })
})
