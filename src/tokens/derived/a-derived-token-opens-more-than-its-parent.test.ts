import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Caveat } from '../../grants/caveats.ts'
import { caveatText, chainOf, childOf, extend, hmac } from '../../grants/testing/chains.ts'
import { derivationKeyOf } from './derivation-key.ts'
import { createTokenHouse, type TokenHouse } from '../testing/house.ts'

let house: TokenHouse
let secret: string
const now = Math.floor(Date.now() / 1_000)
beforeAll(async () => {
  house = await createTokenHouse()
  const permissions = ['CHAT', 'USE_INTEGRATIONS', 'READ_INTEGRATIONS', 'documents:*', 'images:read']
  const expiresAt = new Date((now + 3_600) * 1_000)
  secret = (await house.issue({ permissions, expiresAt })).secret
})
afterAll(() => house.stop())

const permission = fc.constantFrom(
  'CHAT',
  'USE_INTEGRATIONS',
  'documents:read',
  'documents:*',
  'images:*',
  'VERIFY_TOKENS',
)
const caveats: fc.Arbitrary<Caveat> = fc.record(
  {
    until: fc.integer({ min: now - 60, max: now + 7_200 }),
    permissions: fc.array(permission, { maxLength: 5 }),
    providers: fc.array(fc.constantFrom('github', 'slack'), { maxLength: 2 }),
    methods: fc.array(fc.constantFrom('GET', 'POST'), { maxLength: 2 }),
    calls: fc.integer({ min: 0, max: 5 }),
    name: fc.constantFrom('a', 'b'),
    agent: fc.constantFrom('default', 'default', 'default', 'helper'),
  },
  { requiredKeys: [] },
)
const asked = [
  'CHAT',
  'USE_INTEGRATIONS',
  'READ_INTEGRATIONS',
  'VERIFY_TOKENS',
  'documents:read',
  'documents:write',
  'images:read',
  'images:write',
]

/** All that a check tells of what a text opens. */
async function rightOf(text: string) {
  const { code, token, expiresAt, narrowed } = await house.tokens.check(text, {})
  const opens = new Set<string>()
  for (const one of asked)
    if ((await house.tokens.check(text, { permissions: [one] })).code === 'VALID') opens.add(one)
  return { isValid: code === 'VALID', agent: token?.agent ?? null, expiresAt, narrowed, opens }
}

describe('a derived token opens more than its parent', () => {
  it('never: whatever its caveats are, each prefix opens all that it opens', async () => {
    const every = fc.array(caveats, { minLength: 1, maxLength: 4 })
    const property = fc.asyncProperty(every, async (all) => {
      const child = await rightOf(childOf(secret, ...all))
      if (!child.isValid) return
      const parents = [secret, ...all.map((_, size) => childOf(secret, ...all.slice(0, size)))]
      for (const parent of await Promise.all(parents.map(rightOf))) {
        expect(parent.isValid).toBe(true)
        expect([...child.opens].filter((one) => !parent.opens.has(one))).toEqual([])
        expect(child.expiresAt).toBeLessThanOrEqual(parent.expiresAt!)
        if (parent.agent !== null) expect(child.agent).toBe(parent.agent)
        for (const list of ['providers', 'methods'] as const) {
          const [few, many] = [child.narrowed?.[list] ?? null, parent.narrowed?.[list] ?? null]
          if (many !== null) expect(few?.filter((one) => !many.includes(one))).toEqual([])
        }
        const budgets = parent.narrowed?.budgets ?? []
        expect(child.narrowed?.budgets.slice(0, budgets.length)).toEqual(budgets)
      }
    })
    await fc.assert(property, { numRuns: 60 })
  })

  it('never: what speaks of requests with credentials leaves no way around', async () => {
    for (const caveat of [{ providers: ['github'] }, { methods: ['GET'] }, { calls: 1 }])
      expect([...(await rightOf(childOf(secret, caveat))).opens]).toEqual([
        'USE_INTEGRATIONS',
        'documents:read',
        'documents:write',
        'images:read',
      ])
  })

  it('never: type, addresses and limits of the parent are its own, and shared', async () => {
    const limits = [{ name: 'requests', limit: 2, windowS: 3_600, exact: false }]
    const strict = await house.issue({ type: 'service', addresses: ['10.0.0.0/8'], limits })
    const codeOf = async (name: string, address: string, type = 'service') =>
      (await house.tokens.check(childOf(strict.secret, { name }), { type, address })).code
    expect(await codeOf('a', '10.0.0.1', 'agent')).toBe('WRONG_TYPE')
    expect(await codeOf('a', '192.0.2.1')).toBe('ADDRESS_FORBIDDEN')
    expect(await codeOf('a', '10.0.0.1')).toBe('VALID')
    expect(await codeOf('b', '10.0.0.1')).toBe('VALID')
    expect(await codeOf('c', '10.0.0.1')).toBe('RATE_LIMITED')
  })

  it('never: one that is kept to another agent than its parent is nothing', async () => {
    const kept = await house.issue({ agent: 'helper' })
    expect((await rightOf(childOf(kept.secret, { name: 'a' }))).agent).toBe('helper')
    expect(await rightOf(childOf(kept.secret, { agent: 'helper' }))).toMatchObject({ isValid: true })
    expect(await rightOf(childOf(kept.secret, { agent: 'default' }))).toMatchObject({ isValid: false })
    expect(await rightOf(childOf(secret, { agent: 'default' }, { agent: 'helper' }))).toMatchObject({
      isValid: false,
    })
  })

  it('never: without, or with changed, swapped or unknown caveats it is nothing', async () => {
    const child = childOf(secret, { calls: 1 }, { permissions: ['CHAT'] })
    const [head = '', first = '', second = '', signature = ''] = child.split('.')
    const own = Buffer.from(signature, 'base64url')
    const other = await house.issue()
    const [otherHead] = childOf(other.secret).split('.')
    expect((await rightOf(child)).isValid).toBe(true)
    for (const forged of [
      `${head}.${signature}`,
      `${head}.${first}.${signature}`,
      `${head}.${second}.${signature}`,
      `${head}.${second}.${first}.${signature}`,
      `${head}.${first}.${caveatText({})}.${signature}`,
      `${otherHead}.${first}.${second}.${signature}`,
      `${head}.${hmac(own, head).toString('base64url')}`,
      `${head}.${first}.${hmac(own, first).toString('base64url')}`,
      // What the database holds in the clear is no key.
      chainOf(Buffer.from(head.slice(3), 'base64url'), head),
      chainOf(secret, head),
      chainOf(derivationKeyOf(secret), head),
      extend(child, { addresses: [] }),
      extend(child, { until: 'tomorrow' }),
      childOf(secret, { permission: ['CHAT'] }, { name: 'a' }),
    ])
      expect(await rightOf(forged), forged).toMatchObject({ isValid: false, opens: new Set() })
  })
})
