import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { inspect } from 'node:util'
import { MemoryInbox } from '../testing/memory-inbox.ts'
import { createChannel, setStage, startReceiving, type Stage } from './testing/stage.ts'

let stage: Stage
beforeEach(async () => {
  stage = await setStage()
})
afterEach(() => stage.simulator.stop())

async function connected() {
  const receiving = startReceiving(createChannel(stage))
  await receiving.connected
  await stage.app.events.until(({ connections }) => connections === 1)
  return receiving
}

describe('the long connection', () => {
  it('that breaks ends with a network error', async () => {
    const receiving = await connected()
    stage.app.events.disconnect()
    expect(await receiving.ended).toMatchObject({ name: 'NetworkError' })
  })

  it('that falls silent ends by itself', async () => {
    let passed = 0
    const pings: (() => void)[] = []
    const channel = createChannel(stage, undefined, {
      now: () => passed,
      // A ping is due when the test says so.
      sleep: (_, signal) =>
        new Promise((resolve, reject) => {
          pings.push(resolve)
          signal.addEventListener('abort', () => reject(new Error('ended')))
        }),
    })
    const receiving = startReceiving(channel)
    await receiving.connected
    await expect.poll(() => stage.app.events.pings).toBe(1)
    stage.bot.faults.half_open!()
    passed += 120_000
    for (const ping of pings.splice(0)) ping()
    expect(await receiving.ended).toMatchObject({ name: 'NetworkError' })
    const again = startReceiving(channel)
    stage.room.write(stage.ada, 'back?')
    await again.inbox.until(({ messages }) => messages.length === 1)
    await again.end()
  })

  it('that was told to stop confirms what it is committing', async () => {
    const inbox = new MemoryInbox()
    const stop = new AbortController()
    const accept = inbox.accept.bind(inbox)
    inbox.accept = async (batch) => {
      stop.abort()
      await accept(batch)
    }
    const ended = createChannel(stage).receive(inbox, stop.signal)
    await stage.app.events.until(({ connections }) => connections === 1)
    stage.room.write(stage.ada, 'just in time')
    await ended
    await stage.app.events.until(({ connections }) => connections === 0)
    expect(stage.app.events.deliveries[0]).toMatchObject({ state: 'confirmed', answers: [200] })
  })

  it.each([
    [{ status: 403, message: 'forbidden' }, 'bad_credentials'],
    [{ status: 514, message: 'auth failed' }, 'bad_credentials'],
    [{ status: 514, autherrcode: 1000040350, message: 'too many connections' }, 'conflict'],
    [{ status: 999, message: 'something new' }, 'transient'],
  ])('that is refused with %o is %s', async (refusal, kind) => {
    stage.app.events.refusals.push(refusal)
    const failed = await startReceiving(createChannel(stage)).ended
    expect(failed).toMatchObject({ name: 'PlatformError', kind })
  })

  it.each([
    [1, 'transient'],
    [403, 'bad_credentials'],
    [514, 'bad_credentials'],
    [1000040343, 'transient'],
    [1000040350, 'conflict'],
    [424242, 'transient'],
  ])('whose address is refused with %i is %s', async (code, kind) => {
    const fault = { kind: 'refuse', code, message: 'no', status: 200 } as const
    stage.simulator.faults.add({ call: /endpoint$/, fault })
    const failed = await startReceiving(createChannel(stage)).ended
    expect(failed).toMatchObject({ name: 'PlatformError', kind })
    expect(inspect(failed)).not.toContain(stage.app.secret)
  })
})

describe('the access token', () => {
  const send = () =>
    createChannel(stage).send({ chatId: stage.chat.id, kind: 'private' }, { text: 'a', plain: 'a' }, 'key')
  const tokens = () => stage.simulator.calls.filter((call) => call.includes('tenant_access_token')).length

  it('is fetched once, also for calls at once', async () => {
    const channel = createChannel(stage)
    const to = { chatId: stage.chat.id, kind: 'private' } as const
    await Promise.all(['1', '2', '3'].map((key) => channel.send(to, { text: key, plain: key }, key)))
    await channel.send(to, { text: '4', plain: '4' }, '4')
    expect(tokens()).toBe(1)
  })

  it('that is no longer accepted is fetched anew, once', async () => {
    const channel = createChannel(stage)
    const to = { chatId: stage.chat.id, kind: 'private' } as const
    await channel.send(to, { text: 'a', plain: 'a' }, 'a')
    stage.bot.faults.stale_token!()
    await channel.send(to, { text: 'b', plain: 'b' }, 'b')
    expect(stage.room.messages().map(({ text }) => text)).toEqual(['a', 'b'])
    expect(tokens()).toBe(2)
  })

  it('that is refused twice means bad credentials, as does a revoked app', async () => {
    const fault = { kind: 'refuse', code: 99991663, message: 'Invalid access token' } as const
    stage.simulator.faults.add({ call: /messages$/, fault, times: 2 })
    await expect(send()).rejects.toMatchObject({ kind: 'bad_credentials' })
    stage.bot.faults.revoked!()
    await expect(send()).rejects.toMatchObject({ kind: 'bad_credentials' })
  })

  it('is fetched anew before it ends', async () => {
    const channel = createChannel(stage, undefined, { now: () => stage.simulator.now() })
    const to = { chatId: stage.chat.id, kind: 'private' } as const
    await channel.send(to, { text: 'a', plain: 'a' }, 'a')
    stage.simulator.passed += 7_000_000
    await channel.send(to, { text: 'b', plain: 'b' }, 'b')
    expect(tokens()).toBe(2)
  })
})

describe('answers that are none', () => {
  const send = () =>
    createChannel(stage).send({ chatId: stage.chat.id, kind: 'private' }, { text: 'a', plain: 'a' }, 'key')

  it.each([502, 200])('a page with %i counts as no answer', async (status) => {
    stage.simulator.faults.add({ call: /messages$/, fault: { kind: 'page', status } })
    await expect(send()).rejects.toMatchObject({ name: 'NetworkError' })
  })

  it('a page with 429 is a rate limit', async () => {
    stage.simulator.faults.add({ call: /messages$/, fault: { kind: 'page', status: 429 } })
    await expect(send()).rejects.toMatchObject({ kind: 'rate_limited' })
  })
})
