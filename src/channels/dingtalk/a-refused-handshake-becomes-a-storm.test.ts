import { afterEach, expect, it } from 'vitest'
import { NetworkError } from '../../lib/errors.ts'
import { realDependencies } from '../testing/channel-contract.ts'
import { MemoryInbox } from '../testing/memory-inbox.ts'
import { PlainMemory } from '../testing/plain-memory.ts'
import { dingtalk } from './dingtalk.ts'
import { setDingTalkStage } from './testing/stage.ts'

const stages: { stop(): Promise<void> }[] = []
afterEach(() => Promise.all(stages.splice(0).map((stage) => stage.stop())))

async function setStage() {
  const stage = await setDingTalkStage()
  stages.push(stage)
  let now = 0
  const dependencies = { fetch, now: () => now, sleep: async (ms: number) => void (now += ms) }
  const bot = { id: 'bot_1', settings: stage.settings, memory: new PlainMemory() }
  return {
    ...stage,
    channel: dingtalk.create(bot, dependencies),
    pass: (ms: number) => (now += ms),
    now: () => now,
  }
}

/** What the supervisor waits after the nth failure in a row, at its least: half of the doubled pause. */
function pauseMs(failures: number): number {
  return Math.min(60_000, 1000 * 2 ** (failures - 1)) * 0.5
}

it('asks the gateway at most 12 times in a minute of refusals', async () => {
  const stage = await setStage()
  stage.account.faults.refusedHandshakes = Infinity
  for (let failures = 1; stage.now() < 60_000; failures += 1) {
    const receiving = stage.channel.receive(new MemoryInbox(), new AbortController().signal)
    await expect(receiving).rejects.toBeInstanceOf(NetworkError)
    expect(stage.account.gatewayCalls).toBe(failures)
    stage.pass(pauseMs(failures))
  }
  expect(stage.account.gatewayCalls).toBeLessThanOrEqual(12)
  expect(stage.account.gatewayCalls).toBeGreaterThan(3)
})

it('leaves nothing behind that would try again', async () => {
  const stage = await setStage()
  const bot = { id: 'bot_1', settings: stage.settings, memory: new PlainMemory() }
  const channel = dingtalk.create(bot, realDependencies)
  stage.account.faults.refusedHandshakes = 1
  const inbox = new MemoryInbox()
  await channel.receive(inbox, new AbortController().signal).catch(() => undefined)
  const stop = new AbortController()
  const receiving = channel.receive(inbox, stop.signal)
  await inbox.until(({ signsOfLife }) => signsOfLife > 0)
  expect(stage.account.gatewayCalls).toBe(2)
  expect(stage.account.stream.connections.size).toBe(1)
  stop.abort()
  await receiving
  await expect.poll(() => stage.account.stream.connections.size).toBe(0)
})
