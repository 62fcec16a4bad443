import { afterAll, beforeAll, expect, it } from 'vitest'
import { sleep } from '../lib/sleep.ts'
import { createTelegramWorld, type TelegramWorld } from './testing/telegram-world.ts'

/** All clocks of the gateway run ten times as fast, so that nobody waits for 35 seconds. */
const haste = 10
const startedAt = Date.now()
const clock = { now: () => startedAt + (Date.now() - startedAt) * haste }

let world: TelegramWorld
beforeAll(async () => {
  world = await createTelegramWorld('', {
    clock,
    sleep: (ms, signal) => sleep(ms / haste, signal),
  })
})
afterAll(() => world.stop())

it('does not: the answer that was told to wait is shown whole, after the wait, in few calls', async () => {
  const { phone } = await world.member('Ada')
  world.telegram.faults.add({ method: 'editMessageText', fault: { kind: 'rate_limit', retryAfter: 35 } })
  const before = world.telegram.calls.length
  phone.writes(world.token, 'wait')
  await world.telegram.untilCall(({ answer }) => JSON.stringify(answer).includes('"retry_after":35'))
  const refusedAt = clock.now()
  world.agent.release('wait')

  await world.reads(phone, (texts) => texts.at(-1) === 'Let me think. You said: wait')
  expect(clock.now() - refusedAt).toBeGreaterThanOrEqual(35_000 - haste)
  const calls = world.telegram.calls.slice(before).map(({ method }) => method)
  // The first edit is refused; what it would have shown is part of the second one.
  expect(calls.filter((method) => method === 'sendMessage')).toHaveLength(1)
  expect(calls.filter((method) => method === 'editMessageText')).toHaveLength(2)
  expect(phone.chatWith(world.token).messages.filter(({ text }) => text.includes('You said'))).toHaveLength(1)
})
