import { describe, expect, it } from 'vitest'
import { sleep } from './sleep.ts'

describe('sleep', () => {
  it('rejects with the reason when its signal aborts', async () => {
    const stop = new AbortController()
    const waiting = sleep(60_000, stop.signal)
    stop.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
  })
})
