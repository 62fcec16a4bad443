import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createFragments } from './fragments.ts'
import { decodeFrame, encodeFrame, type Frame } from './frame.ts'
import { tell } from './testing/events.ts'
import { createChannel, setStage, startReceiving, type Stage } from './testing/stage.ts'

const event: Frame = {
  seqId: 1n,
  logId: 2n ** 64n - 1n,
  service: -1,
  method: 1,
  headers: [
    { key: 'type', value: 'event' },
    { key: 'message_id', value: 'm' },
  ],
  payload: Buffer.from('{}'),
}

function piece(sum: number | string, seq: number | string, text: string): Frame {
  const headers = [...event.headers, { key: 'sum', value: String(sum) }, { key: 'seq', value: String(seq) }]
  return { ...event, headers, payload: Buffer.from(text) }
}

describe('a frame', () => {
  it('comes out as it went in, 64 bits and all', () => {
    const whole = { ...event, payloadEncoding: 'gzip', payloadType: 'json', logIdNew: 'log' }
    expect(decodeFrame(encodeFrame(whole))).toEqual(whole)
    expect(decodeFrame(encodeFrame(event))).toEqual(event)
  })

  it('with fields of tomorrow is understood', () => {
    const later = Buffer.concat([encodeFrame(event), Buffer.from([0x52, 1, 7, 0x58, 7, 0x65, 1, 2, 3, 4])])
    expect(decodeFrame(later)).toEqual(event)
  })

  it.each([
    ['empty', ''],
    ['noise', 'ffffffffffffffffffffffffffffff'],
    ['cut off', Buffer.from(encodeFrame(event)).subarray(0, -1).toString('hex')],
    ['a length beyond its end', '0801100118012001420a00'],
    ['a field of no kind', '0801100118012001' + '43'],
  ])('%s is refused', (_, hex) => {
    expect(() => decodeFrame(Buffer.from(hex, 'hex'))).toThrow(RangeError)
  })
})

describe('pieces of an event', () => {
  it('come in any order, twice, and from several events at once', () => {
    const fragments = createFragments(() => 0)
    expect(fragments.add(piece(3, 2, 'c'))).toBeUndefined()
    expect(fragments.add(piece(3, 0, 'a'))).toBeUndefined()
    expect(fragments.add(piece(3, 0, 'a'))).toBeUndefined()
    expect(Buffer.from(fragments.add(piece(3, 1, 'b')) ?? []).toString()).toBe('abc')
  })

  it.each([
    ['none', 0, 0],
    ['a million', 1_000_000, 0],
    ['a half', 1.5, 0],
    ['no number', 'x', 0],
    ['one outside', 2, 2],
    ['one before the first', 2, -1],
  ])('that are %s are refused', (_, sum, seq) => {
    expect(() => createFragments(() => 0).add(piece(sum, seq, 'a'))).toThrow(RangeError)
  })

  it('that contradict each other or grow without end are dropped', () => {
    const fragments = createFragments(() => 0)
    fragments.add(piece(2, 0, 'a'))
    expect(() => fragments.add(piece(3, 1, 'b'))).toThrow(RangeError)
    fragments.add(piece(3, 0, 'x'.repeat(5_000_000)))
    expect(() => fragments.add(piece(3, 1, 'x'.repeat(5_000_000)))).toThrow(RangeError)
  })

  it('that never become whole are forgotten', () => {
    let now = 0
    const fragments = createFragments(() => now)
    fragments.add(piece(2, 0, 'old'))
    now = 31_000
    expect(fragments.add(piece(2, 1, 'new'))).toBeUndefined()
    expect(Buffer.from(fragments.add(piece(2, 0, 'the ')) ?? []).toString()).toBe('the new')
  })
})

describe('a connection on which nonsense comes', () => {
  let stage: Stage
  beforeEach(async () => {
    stage = await setStage()
  })
  afterEach(() => stage.simulator.stop())

  it('stays, keeps what it does not understand, and answers it so that it does not come again', async () => {
    const receiving = startReceiving(createChannel(stage))
    await receiving.connected
    await stage.app.events.until(({ connections }) => connections === 1)
    stage.app.events.sendRaw(Buffer.from('no frame'))
    stage.app.events.sendRaw(encodeFrame(piece(0, 0, 'no pieces')))
    const notJson = stage.app.events.deliver('e1', '{"schema":')
    tell(stage.simulator, stage.app, 'im.message.receive_v1', { message: 'no message' })
    tell(stage.simulator, stage.app, 'im.message.message_read_v1', {})
    stage.room.write(stage.ada, 'still there?')
    await receiving.inbox.until(({ messages }) => messages.length === 1)
    await receiving.inbox.until(({ malformed }) => malformed.length === 4)
    await stage.app.events.until(({ deliveries }) => deliveries.every(({ state }) => state === 'confirmed'))
    expect(notJson.answers).toEqual([200])
    expect(await receiving.end()).toBeUndefined()
    expect(new Set(receiving.inbox.malformed.map(({ key }) => key)).size).toBe(4)
  })

  it('is closed by a frame without end, and nothing reaches the process', async () => {
    const receiving = startReceiving(createChannel(stage))
    await receiving.connected
    await stage.app.events.until(({ connections }) => connections === 1)
    stage.app.events.sendRaw(new Uint8Array(9 * 1024 * 1024))
    expect(await receiving.ended).toMatchObject({ name: 'NetworkError' })
  })
})
