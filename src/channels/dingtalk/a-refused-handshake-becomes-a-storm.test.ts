import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createLog } from '../../lib/log.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts'
import { serveBot } from '../bot-connection.ts'
import type { Bot } from '../bots.ts'
import { realDependencies } from '../testing/channel-contract.ts'
import { MemoryInbox } from '../testing/memory-inbox.ts'
import { PlainMemory } from '../testing/plain-memory.ts'
import { dingtalk } from './dingtalk.ts'
import { setDingTalkStage } from './testing/stage.ts'

/** The supervisor's watchdog and its patience with a channel that must end: they only wait to be called off. */
const patienceMs = [90_000, 5_000]

describe('a handshake that is refused', () => {
  let stage: Awaited<ReturnType<typeof setDingTalkStage>>
  beforeEach(async () => {
    stage = await setDingTalkStage()
  })
  afterEach(() => stage.stop())

  describe('under the supervisor', () => {
    let database: TestDatabase
    beforeEach(async () => {
      database = await createTestDatabase()
    })
    afterEach(() => database.drop())

    it('asks the gateway at most 12 times in a minute', async () => {
      stage.account.faults.refusedConnections = Infinity
      const over = new AbortController()
      let now = 0
      const clock = { now: () => now }
      /** Waiting passes at once, until the minute is over. */
      const sleep = async (ms: number, signal?: AbortSignal) => {
        if (patienceMs.includes(ms)) {
          await new Promise((_, reject) => {
            signal?.addEventListener('abort', () => reject(signal.reason as Error))
          })
        }
        now += ms
        if (now >= 60_000) over.abort()
      }
      const bot = {
        id: 'bot_1',
        channel: 'dingtalk',
        settings: stage.settings,
        revision: 1,
      } as unknown as Bot
      const deps = {
        db: database.db,
        accept: async () => undefined,
        attach: () => ({ detach: async () => undefined }),
        catalogue: [dingtalk],
        dependencies: realDependencies,
        log: createLog('silent'),
        clock,
        sleep,
        // The shortest pauses that jitter allows.
        random: () => 0,
        refresh: async () => undefined,
      }
      const reporter = { become: async () => undefined, alive: () => undefined }
      const serving = { bot, current: () => bot, lease: { name: 'bot:bot_1', fence: 1n }, reporter }
      await serveBot(deps, serving as unknown as Parameters<typeof serveBot>[1], over.signal)
      expect(now).toBeGreaterThanOrEqual(60_000)
      expect(stage.account.gatewayCalls).toBeLessThanOrEqual(12)
      expect(stage.account.gatewayCalls).toBeGreaterThan(3)
    })
  })

  it('is one call of the gateway, and leaves nothing behind that would try again', async () => {
    const bot = { id: 'bot_1', settings: stage.settings, memory: new PlainMemory() }
    const channel = dingtalk.create(bot, realDependencies)
    stage.account.faults.refusedConnections = 1
    const inbox = new MemoryInbox()
    await channel.receive(inbox, new AbortController().signal).catch(() => undefined)
    expect(stage.account.gatewayCalls).toBe(1)
    const stop = new AbortController()
    const receiving = channel.receive(inbox, stop.signal)
    await inbox.until(({ signsOfLife }) => signsOfLife > 0)
    expect(stage.account.gatewayCalls).toBe(2)
    expect(stage.account.stream.connections.size).toBe(1)
    stop.abort()
    await receiving
    await expect.poll(() => stage.account.stream.connections.size).toBe(0)
  })
})
