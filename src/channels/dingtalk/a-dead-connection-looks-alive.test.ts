import { afterEach, beforeEach, expect, it } from 'vitest'
import { NetworkError } from '../../lib/errors.ts'
import { setReceivingStage } from './testing/receiving.ts'

let stage: Awaited<ReturnType<typeof setReceivingStage>>
/** The clock of the channel, which the test moves. */
let clock = 0
let tick: () => void

beforeEach(async () => {
  clock = 0
  tick = () => undefined
  stage = await setReceivingStage({
    now: () => clock,
    sleep: (_, signal) =>
      new Promise((resolve, reject) => {
        tick = resolve
        signal.addEventListener('abort', () => reject(signal.reason as Error))
      }),
  })
})
afterEach(() => stage.stop())

function pass(ms: number): void {
  clock += ms
  tick()
}

it('ends when the platform has been silent for a minute', async () => {
  const receiving = await stage.receive()
  stage.bot.faults.half_open!()
  pass(10_000)
  await expect.poll(() => stage.account.stream.connections.size).toBe(1)
  pass(60_000)
  const error = await receiving.ended
  expect(error).toBeInstanceOf(NetworkError)
  expect((error as NetworkError).cause).toMatchObject({ message: 'no sign of life for a minute' })
})

it('takes a pong as a sign of life, and answers the pings of the platform', async () => {
  const receiving = await stage.receive()
  // The frames with which a connection begins.
  await receiving.inbox.until(({ signsOfLife }) => signsOfLife >= 3)
  const before = receiving.inbox.signsOfLife
  pass(50_000)
  await receiving.inbox.until(({ signsOfLife }) => signsOfLife > before)
  pass(50_000)
  stage.account.stream.ping('echo me')
  await expect.poll(() => stage.account.stream.echoes).toEqual([{ opaque: 'echo me' }])
  expect(await receiving.end()).toBeUndefined()
})
