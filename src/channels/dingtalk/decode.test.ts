import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { decodeFrame, decodeMessage } from './decode.ts'

function payload(name: string, changes: object = {}) {
  const file = new URL(`testing/payloads/${name}.json`, import.meta.url)
  return decode({ ...(JSON.parse(readFileSync(file, 'utf8')) as object), ...changes })
}

function decode(data: unknown) {
  const headers = { topic: '/v1.0/im/bot/messages/get', messageId: 'frame1' }
  return decodeMessage({ type: 'CALLBACK', headers, data: JSON.stringify(data) }, 'dingrobot0001')
}

describe('a message of DingTalk', () => {
  it('in a group is spoken to the robot, by a person of an organisation', () => {
    expect(payload('group-text')).toEqual({
      messages: [
        {
          key: 'msgGroup0001==',
          kind: 'message',
          chat: { chatId: 'cidVq8sR1xTnGroup0001==', kind: 'group' },
          sender: { tenantId: 'ding7f00corp', id: 'staff1', name: 'Ada' },
          messageId: 'msgGroup0001==',
          text: 'what is left to do?',
          addressed: true,
          files: [],
          sentAt: 1795206945000,
        },
      ],
    })
  })

  it('in a group without a mention is not spoken to the robot', () => {
    const { messages } = payload('group-text', { isInAtList: false, atUsers: [{ dingtalkId: 'other' }] })
    expect(messages[0]).toMatchObject({ addressed: false })
  })

  it('keeps pictures among the words', () => {
    expect(payload('private-rich-text').messages[0]).toMatchObject({
      chat: { chatId: 'user:staff1', kind: 'private' },
      addressed: true,
      text: 'Which of these is it?',
      files: [{ kind: 'image', name: 'image.jpg', ref: { download_code: 'code/picture+0001==' } }],
    })
  })

  it('has the words of a voice note, and a person without an organisation', () => {
    expect(payload('private-audio').messages[0]).toMatchObject({
      sender: { tenantId: 'ding7f00corp', id: '$:LWCP_v1:$person0002' },
      text: '',
      files: [{ kind: 'voice', transcript: 'call me back' }],
    })
  })

  it('has a file with the name that the person gave', () => {
    const [message] = payload('private-file').messages
    expect(message?.files).toEqual([
      {
        kind: 'document',
        name: 'plan.pdf',
        mediaType: 'application/octet-stream',
        ref: { download_code: 'code/file+0001==' },
      },
    ])
  })

  it('remembers a robot code that is not the client id', () => {
    expect(payload('group-text').memory).toBeUndefined()
    expect(payload('group-text', { robotCode: 'other' }).memory).toEqual({ robot_code: 'other' })
  })

  it('is passed over when the robot wrote it, or when nothing in it can be read', () => {
    expect(payload('group-text', { senderId: '$:LWCP_v1:$robot0001' })).toEqual({ messages: [] })
    expect(payload('group-text', { msgtype: 'unknownMsgType' })).toEqual({ messages: [] })
  })
})

describe('malformed input', () => {
  it.each([
    ['no JSON', '{{{'],
    ['a list', '[]'],
    ['no headers', '{"type":"CALLBACK"}'],
    ['a number as id', '{"type":"CALLBACK","headers":{"topic":"x","messageId":7}}'],
    ['data that is no text', '{"type":"CALLBACK","headers":{"topic":"x","messageId":"m"},"data":{}}'],
  ])('as a frame: %s', (_, text) => {
    const decoded = decodeFrame(text)
    expect(decoded.kind).toBe('malformed')
    if (decoded.kind === 'malformed') expect(decoded.batch.malformed).toHaveLength(1)
  })

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['text that is a number', { text: { content: 7 } }],
    ['no conversation', { conversationId: undefined }],
    ['a kind of conversation that does not exist', { conversationType: '3' }],
    ['an id that is a list', { msgId: ['m'] }],
    ['a huge text', { text: { content: 'x'.repeat(30_000) } }],
    ['a group that looks like a private chat', { conversationId: 'user:staff1' }],
  ])('as a message: %s', (_, changes) => {
    const batch = changes == null ? decode(changes) : payload('group-text', changes)
    expect(batch.messages).toEqual([])
    expect(batch.malformed).toHaveLength(1)
    expect(String(batch.malformed?.[0]?.raw).length).toBeLessThanOrEqual(4000)
  })
})
