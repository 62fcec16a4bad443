import { afterEach, expect, it } from 'vitest'
import { setReceivingStage } from './testing/receiving.ts'

let stage: Awaited<ReturnType<typeof setReceivingStage>>
afterEach(() => stage.stop())

it('waits longer each time when the platform asks for a new connection again and again', async () => {
  const pauses: number[] = []
  let clock = 0
  const tickMs = 10_000
  stage = await setReceivingStage({
    now: () => clock,
    sleep: async (ms, signal) => {
      if (ms === tickMs) {
        await new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error))
        })
      }
      pauses.push(ms)
    },
  })
  const receiving = await stage.receive()
  const { stream } = stage.account
  const change = async (calls: number) => {
    stage.bot.faults.recycle!()
    await expect.poll(() => [stage.account.gatewayCalls, stream.isConnected]).toEqual([calls, true])
  }
  for (const calls of [2, 3, 4, 5]) await change(calls)
  expect(pauses).toHaveLength(3)
  expect(pauses[1]!).toBeGreaterThanOrEqual(pauses[0]!)
  expect(pauses[2]!).toBeGreaterThanOrEqual(pauses[1]!)
  expect(pauses[2]!).toBeGreaterThanOrEqual(4000)
  // A connection that lived for a minute is left without a pause.
  clock += 60_000
  await change(6)
  expect(pauses).toHaveLength(3)
  expect(await receiving.end()).toBeUndefined()
})
