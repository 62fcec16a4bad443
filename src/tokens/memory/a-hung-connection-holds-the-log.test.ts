import { expect, it } from 'vitest'
import { inTime } from '../in-time.ts'

/** Over at once. */
const impatient = async () => undefined
/** Over only when nobody waits any more. */
const patient = (_: number, signal?: AbortSignal) =>
  new Promise<void>((_resolve, reject) =>
    signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true }),
  )

it('a statement without an answer is given up, so that the next one is tried', async () => {
  await expect(inTime(impatient, 5_000, new Promise(() => undefined))).rejects.toThrow(/within 5000 ms/)
})

it('what is answered in time is passed on, and so is what fails', async () => {
  expect(await inTime(patient, 5_000, Promise.resolve('rows'))).toBe('rows')
  await expect(inTime(patient, 5_000, Promise.reject(new Error('broken')))).rejects.toThrow('broken')
})

it('what fails later, when nobody waits for it any more, ends nothing', async () => {
  const { promise, reject } = Promise.withResolvers<never>()
  await expect(inTime(impatient, 5_000, promise)).rejects.toThrow(/within/)
  reject(new Error('late'))
  await new Promise((resolve) => setImmediate(resolve))
})
