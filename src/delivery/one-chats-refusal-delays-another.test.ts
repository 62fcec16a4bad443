import { expect, it } from 'vitest'
import type { ChatAddress } from '../channels/channel.ts'
import { PlatformError } from '../lib/errors.ts'
import { createGovernor } from './governor.ts'
import { createVirtualTime } from './testing/virtual-time.ts'

it('does not: only the refused chat waits', async () => {
  const time = createVirtualTime()
  const pace = { burst: 30, perSecond: 30 }
  const governor = createGovernor({ pace: { privateChat: pace, groupChat: pace, bot: pace }, ...time })
  const { signal } = new AbortController()
  const startedAt = time.clock.now()
  const flooded: ChatAddress = { chatId: 'flooded', kind: 'group' }
  let refusals = 1
  const refused = governor.call(flooded, { signal }, async () => {
    if (refusals-- <= 0) return time.clock.now() - startedAt
    throw new PlatformError({
      platform: 'memory',
      code: '429',
      kind: 'rate_limited',
      description: 'Slow down',
      retryAfterMs: 35_000,
    })
  })
  await time.pass(10)
  const other = governor.call(
    { chatId: 'calm', kind: 'group' },
    { signal },
    async () => time.clock.now() - startedAt,
  )
  expect(await time.until(other)).toBe(10)
  expect(await time.until(refused)).toBe(35_000)
})
