import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Caveat } from './caveats.ts'
import { splitChain, verifyChain } from './chain.ts'
import { permits, type Narrowing } from './narrowing.ts'
import { caveatText, chainOf, extend, hmac } from './testing/chains.ts'

const key = Buffer.from('a key that only its maker has')
const head = 'pd_head'
const verify = (text: string) => {
  const chain = splitChain(text)
  return chain && verifyChain(chain, key)
}

const words = fc.constantFrom('a', 'b', 'c')
const permission = fc.constantFrom(
  'CHAT',
  'docs:read',
  'docs:write',
  'docs:a:read',
  'docs:*',
  'docs:a:*',
  '*',
)
const caveats: fc.Arbitrary<Caveat> = fc.record(
  {
    until: fc.integer({ min: 0, max: 2_000_000_000 }),
    permissions: fc.array(permission, { maxLength: 4 }),
    providers: fc.array(words, { maxLength: 3 }),
    methods: fc.array(fc.constantFrom('GET', 'get', 'POST'), { maxLength: 3 }),
    calls: fc.integer({ min: 0, max: 9 }),
    name: words,
    agent: fc.constantFrom('default', 'default', 'other'),
  },
  { requiredKeys: [] },
)
const chains = fc.array(caveats, { minLength: 1, maxLength: 8 })

const asked = ['CHAT', 'docs:read', 'docs:write', 'docs:a:read', 'docs:a:write', 'images:read']
const may = (given: readonly string[] | null, one: string) => given === null || permits(given, one)
const has = (given: readonly string[] | null, one: string) => given === null || given.includes(one)
const smallest = ({ budgets }: Narrowing) => Math.min(...budgets.map(({ calls }) => calls))

function expectNarrower(child: Narrowing, parent: Narrowing): void {
  expect(child.until ?? Infinity).toBeLessThanOrEqual(parent.until ?? Infinity)
  for (const one of asked) if (may(child.permissions, one)) expect(may(parent.permissions, one)).toBe(true)
  for (const one of ['a', 'b', 'c'])
    if (has(child.providers, one)) expect(has(parent.providers, one)).toBe(true)
  for (const one of ['GET', 'POST']) if (has(child.methods, one)) expect(has(parent.methods, one)).toBe(true)
  if (parent.agent !== null) expect(child.agent).toBe(parent.agent)
  expect(smallest(child)).toBeLessThanOrEqual(smallest(parent))
  expect(child.budgets.slice(0, parent.budgets.length)).toEqual(parent.budgets)
}

describe('a chain is widened', () => {
  it('by no caveat: what is left is never wider than any part from its beginning', () => {
    fc.assert(
      fc.property(chains, (all) => {
        const whole = verify(chainOf(key, head, ...all))
        for (let size = 0; size <= all.length; size++) {
          const part = verify(chainOf(key, head, ...all.slice(0, size)))
          if (whole === undefined) continue
          expect(part).toBeDefined()
          expectNarrower(whole, part!)
        }
      }),
    )
  })

  it('nor is anything lost that all of its caveats allow', () => {
    fc.assert(
      fc.property(chains, (all) => {
        const whole = verify(chainOf(key, head, ...all))
        if (whole === undefined) return
        for (const one of asked)
          expect(may(whole.permissions, one)).toBe(
            all.every(({ permissions }) => may(permissions ?? null, one)),
          )
      }),
    )
  })

  it('by leaving out, changing the order of, or putting in a caveat under the signature that is there', () => {
    fc.assert(
      fc.property(chains, caveats, fc.nat(), fc.nat(), (all, strange, from, to) => {
        const parts = chainOf(key, head, ...all).split('.')
        const texts = parts.slice(1, -1)
        const [at, other] = [from % texts.length, to % texts.length]
        const sealed = (changed: string[]) => [head, ...changed, parts.at(-1)].join('.')
        expect(verify(sealed(texts.toSpliced(at, 1)))).toBeUndefined()
        if (texts.length < 8)
          expect(verify(sealed(texts.toSpliced(at, 0, caveatText(strange))))).toBeUndefined()
        const swapped = texts.with(at, texts[other] ?? '').with(other, texts[at] ?? '')
        if (swapped[at] !== texts[at]) expect(verify(sealed(swapped))).toBeUndefined()
        if (caveatText(strange) !== texts[at])
          expect(verify(sealed(texts.with(at, caveatText(strange))))).toBeUndefined()
      }),
    )
  })

  it('by changing, taking out or putting in any one character', () => {
    const characters = fc.constantFrom('A', 'z', '0', '-', '_', '.', '=', ' ', '\n', '+', '/')
    fc.assert(
      fc.property(chains, characters, fc.nat(), (all, character, place) => {
        const text = chainOf(key, head, ...all)
        const at = place % text.length
        for (const changed of [
          text.slice(0, at) + character + text.slice(at + 1),
          text.slice(0, at) + text.slice(at + 1),
          text.slice(0, at) + character + text.slice(at),
        ])
          if (changed !== text) expect(verify(changed)).toBeUndefined()
      }),
    )
  })

  it('by cutting its last caveats off, with every signature that its holder can compute', () => {
    const parent = chainOf(key, head, { calls: 1 }, { providers: [] })
    const [, first = '', second = '', signature = ''] = parent.split('.')
    const own = Buffer.from(signature, 'base64url')
    const guesses = [
      signature,
      hmac(own, head),
      hmac(own, first),
      hmac(own, second),
      hmac(own, `${head}.${first}`),
    ]
    for (const guess of guesses.map((one) => (typeof one === 'string' ? one : one.toString('base64url')))) {
      expect(verify(`${head}.${guess}`)).toBeUndefined()
      expect(verify(`${head}.${first}.${guess}`)).toBeUndefined()
      expect(verify(`${head}.${second}.${guess}`)).toBeUndefined()
      expect(verify(`pd_other.${first}.${second}.${guess}`)).toBeUndefined()
    }
  })

  it('by more than eight caveats or 4 KiB: such a one is nothing', () => {
    const eight = chainOf(key, head, ...Array<Caveat>(8).fill({ name: 'a' }))
    expect(verify(eight)).toBeDefined()
    expect(verify(extend(eight, { name: 'a' }))).toBeUndefined()
    const sized = (count: number) => chainOf(key, head, { providers: ['x'.repeat(count)] })
    expect(sized(3_015)).toHaveLength(4_096)
    expect(verify(sized(3_015))).toBeDefined()
    expect(verify(sized(3_016))).toBeUndefined()
  })
})

describe('a restriction is passed over', () => {
  it.each([
    [{ addresses: ['10.0.0.1'] }],
    [{ calls: 1, Until: 5 }],
    [JSON.parse('{"__proto__": {"calls": 1}}')],
    [{ constructor: 1 }],
    [{ until: '1800000000' }],
    [{ until: 1.5 }],
    [{ until: -1 }],
    [{ until: null }],
    [{ permissions: 'CHAT' }],
    [{ permissions: ['CHAT', 1] }],
    [{ permissions: null }],
    [{ permissions: ['documents:x CHAT'] }],
    [{ permissions: ['documents:x,CHAT'] }],
    [{ permissions: ['CHAT\n'] }],
    [{ providers: { github: true } }],
    [{ providers: [''] }],
    [{ methods: [['GET']] }],
    [{ calls: '3' }],
    [{ calls: 1e300 }],
    [{ name: '' }],
    [{ name: 'x'.repeat(61) }],
    [{ name: 'a\u0000b' }],
    [{ name: '\ud800' }],
    [{ name: 'a\u202eb' }],
    [{ agent: ['default'] }],
    [{ agent: 'de\u0000fault' }],
    [[]],
    [null],
    ['until'],
    [5],
  ])('never: with %j the whole chain is nothing, and what is made of it', (caveat: unknown) => {
    const bad = chainOf(key, head, caveat)
    expect(verify(bad)).toBeUndefined()
    expect(verify(extend(bad, { calls: 1 }))).toBeUndefined()
    expect(verify(chainOf(key, head, { calls: 1 }, caveat))).toBeUndefined()
  })

  it('never where it is no JSON or no UTF-8, though it is signed', () => {
    for (const bytes of [
      Buffer.from('{'),
      Buffer.from([0x7b, 0x7d, 0xff]),
      Buffer.from('{"name":"\xff"}', 'latin1'),
    ]) {
      const text = bytes.toString('base64url')
      const signature = hmac(hmac(key, head), text).toString('base64url')
      expect(verify(`${head}.${text}.${signature}`)).toBeUndefined()
    }
  })
})
