import { describe, expect, it } from 'vitest'
import { Fence } from './fence.ts'
import { KnownTokens, noBars, type Answer } from './known-tokens.ts'
import { Loads } from './loads.ts'
import { Shelf } from './shelf.ts'
import { factsOf } from './testing/facts.ts'

/** A memory that holds one token only, and a database that answers when the test says so. */
function partial() {
  const tokens = new KnownTokens(1)
  tokens.replace({ rev: 5, shelf: new Shelf(1), bars: noBars(), isWhole: false, hasImported: false })
  const asked: ((answer: Answer) => void)[] = []
  const loads = new Loads(tokens, () => new Promise((resolve) => asked.push(resolve)))
  return { tokens, loads, asked }
}
const facts = factsOf('tok_1')
const hash = 'hash of tok_1'
const revoked = { ...facts, revokedAt: 1 }

describe('an answer from before a change', () => {
  it('is asked for again when its token was revoked meanwhile', async () => {
    const { tokens, loads, asked } = partial()
    const found = loads.ask(hash)
    tokens.apply(6, [{ rev: 6, kind: 'token', id: 'tok_1', facts: revoked }], false)
    asked[0]?.({ rev: 5, facts })
    await Promise.resolve()
    await expect.poll(() => asked.length).toBe(2)
    asked[1]?.({ rev: 6, facts: revoked })
    expect((await found)?.facts.revokedAt).toBe(1)
    expect(tokens.get(hash)?.facts.revokedAt).toBe(1)
  })

  it('is asked for again when it said that there is none, and one was made meanwhile', async () => {
    const { tokens, loads, asked } = partial()
    const found = loads.ask(hash)
    tokens.apply(6, [{ rev: 6, kind: 'token', id: 'tok_1', facts }], false)
    asked[0]?.({ rev: 5, facts: null })
    await expect.poll(() => asked.length).toBe(2)
    asked[1]?.({ rev: 6, facts })
    expect(await found).toBeDefined()
  })

  it('is asked for again when everything was loaded anew meanwhile', async () => {
    const { tokens, loads, asked } = partial()
    const found = loads.ask(hash)
    tokens.replace({ rev: 9, shelf: new Shelf(1), bars: noBars(), isWhole: false, hasImported: false })
    asked[0]?.({ rev: 5, facts })
    await expect.poll(() => asked.length).toBe(2)
    asked[1]?.({ rev: 9, facts: null })
    expect(await found).toBeUndefined()
  })

  it('gives way to newer facts, and newer facts to no older event', () => {
    const { tokens } = partial()
    tokens.settle(tokens.begin(), hash, { rev: 8, facts: revoked })
    tokens.apply(7, [{ rev: 7, kind: 'token', id: 'tok_1', facts }], false)
    expect(tokens.get(hash)?.facts.revokedAt).toBe(1)
  })
})

it('a failed load is forgotten, and the next who asks begins another', async () => {
  const { tokens, asked } = partial()
  let isDown = true
  const loads = new Loads(tokens, (one) =>
    isDown ? Promise.reject(new Error(`no answer for ${one}`)) : Promise.resolve({ rev: 5, facts }),
  )
  await expect(loads.ask(hash)).rejects.toThrow('no answer')
  isDown = false
  expect(await loads.ask(hash)).toBeDefined()
  expect(asked).toEqual([])
})

it('at most eight are asked for at once, a thousand wait, and more are refused', () => {
  const { loads, asked } = partial()
  for (let one = 0; one < 1_008; one++) loads.ask(`hash ${one}`).catch(() => undefined)
  expect(asked).toHaveLength(8)
  expect(() => loads.ask('one more')).toThrow(
    expect.objectContaining({ code: 'token_check_overloaded', retryAfter: 1 }) as Error,
  )
  expect(() => loads.ask('hash 7')).not.toThrow()
})

it('marks are kept no longer than the loads that they are for', () => {
  const fence = new Fence()
  fence.mark('a', 1)
  expect(fence.size).toBe(0)
  const [first, second] = [fence.begin(), fence.begin()]
  fence.mark('a', 2)
  fence.end(first)
  expect(fence.isLate(1, ['a'])).toBe(true)
  const third = fence.begin()
  fence.end(second)
  expect(fence.size).toBe(0)
  fence.end(third)
})
