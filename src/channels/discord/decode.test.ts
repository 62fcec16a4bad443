import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { decodeDispatch } from './decode.ts'
import type { Decoded } from './types.ts'

/** In the shape of https://docs.discord.com/developers/topics/gateway-events */
function decodeSample(name: string): Promise<Decoded> {
  const text = readFileSync(join(import.meta.dirname, 'testing/payloads', `${name}.json`), 'utf8')
  const type = name.startsWith('interaction') ? 'INTERACTION_CREATE' : 'MESSAGE_CREATE'
  return decodeDispatch(
    { type, seq: 7, data: JSON.parse(text) as unknown },
    { botId: '1400000000000000001', placeOf: async () => ({ kind: 'channel' }) },
  )
}

describe('documented events', () => {
  it('a message in private', async () => {
    expect(await decodeSample('message-create-private')).toEqual({
      kind: 'message',
      message: {
        key: '1440000000000000001',
        kind: 'message',
        chat: { chatId: '1430000000000000001', kind: 'private' },
        sender: { tenantId: '', id: '1410000000000000001', name: 'Ada', username: 'ada' },
        messageId: '1440000000000000001',
        text: 'What is on today?',
        addressed: true,
        files: [],
        sentAt: Date.UTC(2026, 10, 21, 9, 30, 0, 125),
      },
    })
  })

  it('a voice note', async () => {
    expect(await decodeSample('message-create-voice')).toMatchObject({
      message: {
        text: '',
        sender: { name: 'ada' },
        files: [
          {
            kind: 'voice',
            name: 'voice-message.ogg',
            mediaType: 'audio/ogg',
            size: 20480,
            ref: { message_id: '1440000000000000002', attachment_id: '1440000000000000003' },
          },
        ],
      },
    })
  })

  it('a reply in a server, with a picture', async () => {
    expect(await decodeSample('message-create-server')).toMatchObject({
      message: {
        text: 'please compare @Bob and <#1430000000000000002>',
        addressed: true,
        space: '1420000000000000001',
        chat: { chatId: '1430000000000000002', kind: 'group', replyTo: '1440000000000000004' },
        sender: { name: 'Ada from the workshop' },
        files: [{ kind: 'image', mediaType: 'image/png' }],
      },
    })
  })

  it('what somebody forwards', async () => {
    expect(await decodeSample('message-create-forward')).toMatchObject({
      message: { text: 'The meeting moved to three.' },
    })
  })

  it('a command in a thread', async () => {
    expect(await decodeSample('interaction-create-command')).toMatchObject({
      message: {
        text: '/connect K7Q2-M9XD',
        chat: { chatId: '1430000000000000002', kind: 'group', topicId: '1430000000000000003' },
      },
      interaction: { id: '1440000000000000007', kind: 'command' },
    })
  })

  it('a button', async () => {
    expect(await decodeSample('interaction-create-button')).toMatchObject({
      message: {
        key: '1440000000000000008',
        text: '/approve 7',
        messageId: '1440000000000000010',
        chat: { chatId: '1430000000000000001', kind: 'private' },
      },
      interaction: { kind: 'button' },
    })
  })
})
