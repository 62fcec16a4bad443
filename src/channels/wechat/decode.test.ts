import { isRecord } from '../../lib/json.ts'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { decodeMessage } from './decode.ts'
import { parseLossless } from './json.ts'

const now = 1_795_000_009_999

function sample(name: string): unknown {
  const found = parseLossless(
    readFileSync(join(import.meta.dirname, 'testing/payloads', `${name}.json`), 'utf8'),
  )
  return isRecord(found) && Array.isArray(found['msgs']) ? found['msgs'][0] : found
}

function decoded(raw: unknown) {
  const one = decodeMessage(raw, now)
  if (one.kind !== 'message') throw new Error(`it is ${one.kind}`)
  return one
}

describe('a message as the platform sends it', () => {
  it('is text, and its id loses no digit', () => {
    expect(decoded(sample('text'))).toEqual({
      kind: 'message',
      contextToken: 'AARzJWAFAAABAAAAAAAq',
      message: {
        key: '9216402195737362917',
        kind: 'message',
        chat: { chatId: 'ada-7@im.wechat', kind: 'private' },
        sender: { tenantId: '', id: 'ada-7@im.wechat', name: 'ada-7@im.wechat' },
        messageId: '9216402195737362917',
        text: 'Is the gate 18446744073709551615 open?',
        files: [],
        addressed: true,
        sentAt: 1_795_000_000_123,
      },
    })
  })

  it('is a voice note with what was said', () => {
    expect(decoded(sample('voice')).message).toMatchObject({
      text: '',
      files: [
        {
          kind: 'voice',
          name: 'voice.silk',
          mediaType: 'audio/silk',
          transcript: 'what is for lunch',
          ref: { param: 'dm9pY2U=', key: '00112233445566778899aabbccddeeff' },
        },
      ],
    })
  })

  it('is what was said, when the voice itself is not there', () => {
    const item_list = [{ type: 3, voice_item: { text: 'call me' } }]
    const { message } = decoded({ ...(sample('voice') as object), item_list })
    expect([message.text, message.files]).toEqual(['call me', []])
  })

  it('is an image, whose own key goes before that of its place', () => {
    expect(decoded(sample('image')).message.files).toEqual([
      {
        kind: 'image',
        name: 'image.jpg',
        mediaType: 'image/jpeg',
        ref: {
          param: 'aW1hZ2U=',
          url: 'https://novac2c.cdn.weixin.qq.com/c2c/download?encrypted_query_param=aW1hZ2U%3D',
          key: '00112233445566778899aabbccddeeff',
        },
      },
    ])
  })

  it('is text with files', () => {
    const { message } = decoded(sample('file'))
    expect(message).toMatchObject({
      key: '9216402195737362920',
      text: 'the plan',
      files: [
        {
          kind: 'document',
          name: '../../plan.xlsx',
          mediaType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
          size: 31,
          ref: { param: 'ZmlsZQ==', key: '00112233445566778899aabbccddeeff' },
        },
        { kind: 'video', name: 'video.mp4', mediaType: 'video/mp4' },
      ],
    })
  })
})

describe('passed over', () => {
  const text = sample('text') as object
  it.each([
    ['our own messages', { message_type: 2 }],
    ['groups, which the platform does not offer to bots', { group_id: '123@chatroom' }],
    ['messages without anything', { item_list: [] }],
    ['kinds to come', { item_list: [{ type: 11, tool_call_start_item: {} }] }],
  ])('are %s', (_, over) => {
    expect(decodeMessage({ ...text, ...over }, now)).toEqual({ kind: 'passed_over' })
  })
})
