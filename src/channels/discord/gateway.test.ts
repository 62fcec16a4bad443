import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { NetworkError } from '../../lib/errors.ts'
import { MemoryInbox } from '../testing/memory-inbox.ts'
import { setDiscordStage, type DiscordStage } from './testing/stage.ts'

describe('the gateway', () => {
  let stage: DiscordStage
  beforeEach(async () => {
    stage = await setDiscordStage()
  })
  afterEach(() => stage.simulator.stop())

  const sockets = () => stage.simulator.gateway.liveSockets(stage.application)
  const write = (text: string) => stage.simulator.write(stage.direct, stage.ada, text)

  it("says which switch is off when people's words may not be read", async () => {
    stage.application.messageContent = false
    const { ended } = await stage.receive()
    expect(await ended).toMatchObject({ kind: 'bad_credentials' })
    expect(String(await ended)).toContain('Message Content Intent')
  })

  it.each([
    [4004, 'bad_credentials', 'token'],
    [4014, 'bad_credentials', 'Message Content Intent'],
    [4011, 'invalid', 'more servers'],
  ])('a close with %i is %s', async (code, kind, words) => {
    const { ended } = await stage.receive()
    sockets()[0]?.close(code)
    expect(await ended).toMatchObject({ kind })
    expect(String(await ended)).toContain(words)
  })

  it('moves to a new connection when Discord asks for it, and loses nothing', async () => {
    const receiving = await stage.receive()
    write('one')
    await receiving.inbox.until(({ messages }) => messages.length === 1)
    stage.simulator.gateway.raw(stage.application, '{"op":7,"d":null}')
    write('two')
    await expect.poll(() => stage.simulator.gateway.resumes).toBe(1)
    write('three')
    await receiving.inbox.until(({ messages }) => messages.length === 3)
    expect(receiving.inbox.messages.map(({ text }) => text)).toEqual(['one', 'two', 'three'])
    expect(stage.simulator.gateway.identifies).toBe(1)
    expect(await receiving.end()).toBeUndefined()
  })

  it('begins a new session when Discord gives up the one that it is in', async () => {
    const receiving = await stage.receive()
    const [old] = stage.simulator.gateway.sessions.keys()
    stage.simulator.gateway.raw(stage.application, '{"op":9,"d":false}')
    await expect.poll(() => stage.simulator.gateway.identifies).toBe(2)
    await expect.poll(() => receiving.inbox.cursor).not.toMatchObject({ session_id: old })
    write('hello')
    await receiving.inbox.until(({ messages }) => messages.length === 1)
    await receiving.end()
  })

  it('ends when the line breaks; the next call resumes', async () => {
    const receiving = await stage.receive()
    sockets()[0]?.terminate()
    expect(await receiving.ended).toBeInstanceOf(NetworkError)
    write('meanwhile')
    const again = await stage.receive(new MemoryInbox(receiving.inbox.cursor))
    await again.inbox.until(({ messages }) => messages.length === 1)
    await again.end()
    expect(stage.simulator.gateway).toMatchObject({ identifies: 1, resumes: 1 })
  })

  it('commits a bare cursor now and then, so that a resume does not replay everything', async () => {
    stage.simulator.gateway.heartbeatIntervalMs = 200
    const receiving = await stage.receive()
    const before = (receiving.inbox.cursor as { seq: number }).seq
    stage.simulator.write(stage.direct, stage.application.user, 'what the bot said')
    await receiving.inbox.until(({ cursor }) => (cursor as { seq: number }).seq > before)
    expect(receiving.inbox.messages).toEqual([])
    await receiving.end()
  })

  it('confirms in its heartbeats only what was committed', async () => {
    stage.simulator.gateway.heartbeatIntervalMs = 200
    const receiving = await stage.receive()
    const { seq } = receiving.inbox.cursor as { seq: number }
    const committing = Promise.withResolvers<undefined>()
    const accept = receiving.inbox.accept.bind(receiving.inbox)
    receiving.inbox.accept = async (batch) => {
      await committing.promise
      await accept(batch)
    }
    write('it takes its time')
    const { heartbeats } = stage.simulator.gateway
    const count = heartbeats.length
    await expect.poll(() => heartbeats.length).toBeGreaterThan(count + 1)
    expect(Math.max(...heartbeats.map(Number))).toBe(seq)
    committing.resolve(undefined)
    await expect.poll(() => heartbeats.at(-1)).toBe(seq + 1)
    await receiving.end()
  })

  it('shows no sign of life on a connection that says nothing any more', async () => {
    stage.simulator.gateway.heartbeatIntervalMs = 200
    const receiving = await stage.receive()
    await receiving.inbox.until(({ signsOfLife }) => signsOfLife > 1)
    const [socket] = sockets()
    stage.simulator.gateway.silent.add(socket!)
    // The SDK misses an answer to its heartbeat and moves on to a new connection.
    await expect.poll(() => stage.simulator.gateway.resumes).toBe(1)
    await receiving.end()
  })

  it('ends when the gateway is out of reach, and keeps its session for later', async () => {
    const first = await stage.receive()
    await first.end()
    stage.simulator.refusesSockets = true
    const second = await stage.receive(new MemoryInbox(first.inbox.cursor))
    expect(await second.ended).toBeInstanceOf(NetworkError)
    stage.simulator.refusesSockets = false
    const third = await stage.receive(new MemoryInbox(first.inbox.cursor))
    await third.end()
    expect(stage.simulator.gateway).toMatchObject({ identifies: 1, resumes: 1 })
  })

  // An error that nobody hears would fail the whole run.
  it.each([false, true])(
    'can be told to stop at any moment of connecting (out of reach: %s)',
    async (refuses) => {
      stage.simulator.refusesSockets = refuses
      for (let turns = 0; turns < 40; turns += 1) {
        const stop = new AbortController()
        const ended = stage.bot.receive(new MemoryInbox(), stop.signal).catch((error: unknown) => error)
        for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve))
        stop.abort()
        expect([undefined, expect.any(NetworkError)]).toContainEqual(await ended)
      }
      await expect.poll(() => sockets()).toEqual([])
    },
  )

  it('begins no session when there is none left for today', async () => {
    stage.simulator.sessionsLeft = 0
    const { ended } = await stage.receive()
    expect(await ended).toMatchObject({ kind: 'rate_limited', retryAfterMs: 14_400_000 })
    expect(stage.simulator.gateway.identifies).toBe(0)
  })

  it('keeps the order in which events were numbered', async () => {
    const receiving = await stage.receive()
    const texts = Array.from({ length: 200 }, (_, index) => `number ${index}`)
    texts.forEach(write)
    await receiving.inbox.until(({ messages }) => messages.length === texts.length)
    await receiving.end()
    expect(receiving.inbox.messages.map(({ text }) => text)).toEqual(texts)
    expect(receiving.inbox.batches.length).toBeLessThan(100)
  })
})
