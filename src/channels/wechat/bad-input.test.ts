import { describe, expect, it } from 'vitest'
import { realDependencies } from '../testing/channel-contract.ts'
import { MemoryInbox } from '../testing/memory-inbox.ts'
import { decodeMessage } from './decode.ts'
import { parseLossless } from './json.ts'
import type { WechatFault } from './testing/faults.ts'
import { startWechatSimulator } from './testing/simulator.ts'
import { wechat } from './wechat.ts'

const good = { message_id: '5', from_user_id: 'ada@im.wechat', message_type: 1, item_list: [] }
const text = (content: unknown) => ({ ...good, item_list: [{ type: 1, text_item: content }] })

describe('malformed input', () => {
  it.each<[string, unknown, string]>([
    ['null', null, 'not an object'],
    ['a text', 'message', 'not an object'],
    ['a list', [], 'not an object'],
    ['no id', { ...good, message_id: undefined }, 'message_id'],
    ['an id that is a list', { ...good, message_id: [1] }, 'message_id'],
    ['an id of a megabyte', { ...good, message_id: 'x'.repeat(1_000_000) }, 'message_id'],
    ['no sender', { ...good, from_user_id: '' }, 'from_user_id'],
    ['a sender that is an object', { ...good, from_user_id: {} }, 'from_user_id'],
    ['items that are a text', { ...good, item_list: 'x' }, 'item_list'],
    ['an item that is a text', { ...good, item_list: ['x'] }, 'item_list'],
    ['a text item without text', text(undefined), 'no text'],
    ['a text that is a number', text({ text: 5 }), 'no text'],
    ['a text of a megabyte', text({ text: 'x'.repeat(1_000_000) }), 'too long'],
  ])('%s is kept as malformed', (_, raw, reason) => {
    const decoded = decodeMessage(raw, 0)
    expect(decoded).toMatchObject({ kind: 'malformed', reason: expect.stringContaining(reason) as string })
    if (decoded.kind !== 'malformed') return
    expect(decoded.raw.length).toBeLessThanOrEqual(4000)
    expect(decoded.key.length).toBeLessThanOrEqual(256)
  })

  it('a file without a place is none', () => {
    const item_list = [
      { type: 2, image_item: { media: 'x' } },
      { type: 4 },
      { type: 1, text_item: { text: 'a' } },
    ]
    expect(decodeMessage({ ...good, item_list }, 0)).toMatchObject({ message: { text: 'a', files: [] } })
  })
})

it.each([
  ['{"message_id":18446744073709551615}', { message_id: '18446744073709551615' }],
  [
    '{"a":[-9007199254740993,1.5,1e400,9007199254740991]}',
    { a: ['-9007199254740993', 1.5, Infinity, 9007199254740991] },
  ],
  ['{"text":"\\"message_id\\":18446744073709551615"}', { text: '"message_id":18446744073709551615' }],
])('%s loses no digit', (json, value) => expect(parseLossless(json)).toEqual(value))

/** What receiving ended with, or that the inbox got as far as asked. */
async function receiveWith(fault: WechatFault) {
  await using simulator = await startWechatSimulator()
  simulator.faults.add('getupdates', fault)
  const account = simulator.addAccount('Portico')
  const inbox = new MemoryInbox()
  const settings = { bot_token: account.token, api_root: simulator.url }
  return await wechat
    .create({ id: 'bot_1', settings, memory: inbox.memory }, realDependencies)
    .receive(inbox, AbortSignal.timeout(15_000))
    .catch((error: unknown) => error)
}

describe('a server that is not to be believed', () => {
  it.each([
    ['a page of a proxy', { kind: 'says', status: 502, body: '<html>Bad Gateway</html>' } as const],
    ['an answer that breaks off', { kind: 'says', status: 200, body: '{"ret":0,"msgs":[' } as const],
    ['an answer without a body', { kind: 'says', status: 200, body: '' } as const],
    ['a list', { kind: 'says', status: 200, body: '[]' } as const],
  ])('%s counts as no answer', async (_, fault) => {
    expect(await receiveWith(fault)).toMatchObject({ name: 'NetworkError' })
  })

  it.each([
    ['messages that are no list', '{"ret":0,"msgs":"x","get_updates_buf":"a"}'],
    ['messages without a new cursor, which would come for ever', '{"ret":0,"msgs":[{}]}'],
    ['an error nobody knows', '{"ret":-77,"errmsg":"busy"}'],
  ])('%s may pass', async (_, body) => {
    expect(await receiveWith({ kind: 'says', status: 200, body })).toMatchObject({ kind: 'transient' })
  })

  it('gets no more memory than an answer may take', async () => {
    const body = `{"ret":0,"msgs":["${'x'.repeat(33 * 1024 * 1024)}"]}`
    expect(await receiveWith({ kind: 'says', status: 200, body })).toMatchObject({ name: 'NetworkError' })
  })
})

it('a token that is no token never becomes a header', async () => {
  const settings = { bot_token: 'a\r\nHost: elsewhere' }
  await expect(wechat.validate(settings, realDependencies)).rejects.toMatchObject({ kind: 'bad_credentials' })
})
