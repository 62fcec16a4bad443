import { describe, expect, it } from 'vitest'
import type { ChatAddress } from '../channels/channel.ts'
import { PlatformError } from '../lib/errors.ts'
import { createGovernor } from './governor.ts'
import { createVirtualTime } from './testing/virtual-time.ts'

const pace = {
  privateChat: { burst: 2, perSecond: 1 },
  groupChat: { burst: 1, perSecond: 0.25 },
  bot: { burst: 5, perSecond: 5 },
}
const ann: ChatAddress = { chatId: 'ann', kind: 'private' }
const bob: ChatAddress = { chatId: 'bob', kind: 'private' }
const { signal } = new AbortController()

function limited(retryAfterMs?: number) {
  const wait = retryAfterMs === undefined ? {} : { retryAfterMs }
  return new PlatformError({
    platform: 'memory',
    code: '429',
    kind: 'rate_limited',
    description: 'Slow down',
    ...wait,
  })
}

function setUp() {
  const time = createVirtualTime()
  const startedAt = time.clock.now()
  const governor = createGovernor({ pace, ...time })
  const log: [string, number][] = []
  const note = (name: string) => async () => void log.push([name, time.clock.now() - startedAt])
  return { time, governor, log, note }
}

describe('the governor', () => {
  it('lets a burst through, then keeps to the pace, in order', async () => {
    const { time, governor, log, note } = setUp()
    const calls = ['a', 'b', 'c', 'd'].map((name) => governor.call(ann, { signal }, note(name)))
    await time.until(Promise.all(calls))
    expect(log).toEqual([
      ['a', 0],
      ['b', 0],
      ['c', 1000],
      ['d', 2000],
    ])
  })

  it('keeps to the pace of a group', async () => {
    const { time, governor, log, note } = setUp()
    const group: ChatAddress = { chatId: 'g', kind: 'group' }
    await time.until(Promise.all(['a', 'b'].map((name) => governor.call(group, { signal }, note(name)))))
    expect(log).toEqual([
      ['a', 0],
      ['b', 4000],
    ])
  })

  it('keeps all chats together to the pace of the bot', async () => {
    const { time, governor, log, note } = setUp()
    const chats = Array.from({ length: 10 }, (_, n): ChatAddress => ({ chatId: String(n), kind: 'private' }))
    await time.until(Promise.all(chats.map((chat) => governor.call(chat, { signal }, note(chat.chatId)))))
    expect(log.filter(([, at]) => at === 0)).toHaveLength(5)
    expect(log.at(-1)?.[1]).toBe(1000)
  })

  it('waits as long as told, then repeats the refused call before those behind it', async () => {
    const { time, governor, log, note } = setUp()
    let refusals = 1
    const first = governor.call(ann, { signal }, async () => {
      if (refusals-- > 0) throw limited(35_000)
      await note('refused')()
    })
    await time.until(Promise.all([first, governor.call(ann, { signal }, note('behind'))]))
    expect(log).toEqual([
      ['refused', 35_000],
      ['behind', 35_000],
    ])
  })

  it('waits longer each time when it is not told how long', async () => {
    const { time, governor, log, note } = setUp()
    let refusals = 3
    const call = governor.call(ann, { signal }, async () => {
      if (refusals-- > 0) throw limited()
      await note('done')()
    })
    await time.until(call)
    expect(log).toEqual([['done', 1000 + 2000 + 4000]])
  })

  it('takes refusals in two chats at once for a refusal of the bot', async () => {
    const { time, governor, log, note } = setUp()
    const refusals = new Set(['ann', 'bob'])
    const call = (chat: ChatAddress) =>
      governor.call(chat, { signal }, async () => {
        if (refusals.delete(chat.chatId)) throw limited(10_000)
        await note(chat.chatId)()
      })
    const both = [call(ann), call(bob)]
    await time.pass(100)
    both.push(governor.call({ chatId: 'eve', kind: 'private' }, { signal }, note('eve')))
    await time.until(Promise.all(both))
    expect(log.map(([, at]) => at)).toEqual([10_000, 10_000, 10_000])
  })

  it('lets an urgent call overtake those that wait', async () => {
    const { time, governor, log, note } = setUp()
    const calls = ['a', 'b', 'c', 'd'].map((name) => governor.call(ann, { signal }, note(name)))
    await time.pass(500)
    calls.push(governor.call(ann, { signal, urgency: 'urgent' }, note('urgent')))
    await time.until(Promise.all(calls))
    expect(log.map(([name]) => name)).toEqual(['a', 'b', 'urgent', 'c', 'd'])
  })

  it("keeps the last of the bot's tokens from calls that can wait", async () => {
    const { time, governor, log, note } = setUp()
    const chats = Array.from({ length: 5 }, (_, n): ChatAddress => ({ chatId: String(n), kind: 'private' }))
    const relaxed = chats.map((chat) => governor.call(chat, { signal, urgency: 'relaxed' }, note('relaxed')))
    await time.pass(1)
    const final = governor.call(bob, { signal }, note('final'))
    await time.until(Promise.all([...relaxed, final]))
    expect(log.map(([name]) => name)).toEqual([
      'relaxed',
      'relaxed',
      'relaxed',
      'relaxed',
      'final',
      'relaxed',
    ])
  })

  it('forgets a call whose caller has gone, and goes on with the next', async () => {
    const { time, governor, log, note } = setUp()
    const gone = new AbortController()
    const calls = [note('a'), note('b')].map((action) => governor.call(ann, { signal }, action))
    const waiting = governor.call(ann, { signal: gone.signal }, note('gone'))
    calls.push(governor.call(ann, { signal }, note('c')))
    await time.pass(10)
    gone.abort(new Error('stopped'))
    await expect(waiting).rejects.toThrow('stopped')
    await time.until(Promise.all(calls))
    expect(log).toEqual([
      ['a', 0],
      ['b', 0],
      ['c', 1000],
    ])
  })

  it('hands other errors to the caller', async () => {
    const { governor } = setUp()
    await expect(governor.call(ann, { signal }, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  })

  it('leaves out a call that would have to wait, if it may', async () => {
    const { governor, log, note } = setUp()
    for (const name of ['a', 'b', 'c']) await governor.tryCall(ann, note(name))
    expect(log.map(([name]) => name)).toEqual(['a', 'b'])
  })
})
