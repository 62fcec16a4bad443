import { describe, expect, it } from 'vitest'
import { createBatcher } from './batcher.ts'

describe('a batcher', () => {
  it('runs one input at once and gathers what comes meanwhile', async () => {
    const batches: number[][] = []
    const double = createBatcher(async (inputs: number[]) => {
      batches.push(inputs)
      await new Promise((resolve) => setImmediate(resolve))
      return inputs.map((input) => input * 2)
    }, 3)
    const first = double(1)
    await Promise.resolve()
    await Promise.resolve()
    const rest = [2, 3, 4, 5].map((input) => double(input))
    expect(await Promise.all([first, ...rest])).toEqual([2, 4, 6, 8, 10])
    expect(batches).toEqual([[1], [2, 3, 4], [5]])
  })

  it('fails only what fails by itself, and goes on', async () => {
    const refuseOne = createBatcher(async (inputs: number[]) => {
      if (inputs.includes(1)) throw new Error('one')
      return inputs
    })
    const answers = await Promise.allSettled([1, 2, 3].map((input) => refuseOne(input)))
    expect(answers).toMatchObject([{ reason: { message: 'one' } }, { value: 2 }, { value: 3 }])
    expect(await refuseOne(4)).toBe(4)
  })
})
