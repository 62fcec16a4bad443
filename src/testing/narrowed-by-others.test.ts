import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { narrow, type Narrower } from '../../sdk/src/client.ts'
import { splitChain, verifyChain } from '../grants/chain.ts'
import { createGrants } from '../grants/grants.ts'
import { derivationKeyOf } from '../tokens/derived/derivation-key.ts'
import { createTokenHouse, type TokenHouse } from '../tokens/testing/house.ts'

/** What the documentation promises to those who write it in other languages. */
interface Vectors {
  token: string
  key: string
  start: string
  chain: { caveat: Omit<Narrower, 'until'> & { until?: number }; child: string }[]
}
const docs = readFileSync(join(import.meta.dirname, '../../docs/derived-tokens.md'), 'utf8')
const vectors = JSON.parse(/```json\n([^`]*)```/.exec(docs)?.[1] ?? '') as Vectors
const scanned = new RegExp(/```\n(\^pd_.*)\n```/.exec(docs)?.[1] ?? 'missing')

const inAnHour = () => new Date((Math.floor(Date.now() / 1_000) + 3_600) * 1_000)

describe('the vectors of the documentation', () => {
  it('are what the server takes', () => {
    expect(derivationKeyOf(vectors.token)).toBe(vectors.key)
    const key = Buffer.from(vectors.key, 'base64url')
    const taken = [vectors.start, ...vectors.chain.map(({ child }) => child)].map((text) => {
      expect(text).toMatch(scanned)
      return verifyChain(splitChain(text)!, key)
    })
    expect(taken).toMatchObject([
      { until: null, permissions: null, providers: null },
      { until: 1_800_000_000_000, permissions: ['documents:read'], providers: null },
      { until: 1_800_000_000_000, providers: ['github'], methods: ['GET'], names: ['searcher'] },
    ])
  })

  it('are what the SDK makes', async () => {
    let token = vectors.token
    for (const { caveat, child } of vectors.chain) {
      const { until, ...rest } = caveat
      token = await narrow(token, {
        ...(until !== undefined && { until: new Date(until * 1_000) }),
        ...rest,
      })
      expect(token).toBe(child)
    }
  })
})

describe('what the SDK narrows', () => {
  let house: TokenHouse
  beforeAll(async () => {
    house = await createTokenHouse()
  })
  afterAll(() => house.stop())

  it('is taken by the server: an API token, and what was made of it', async () => {
    const { id, secret } = await house.issue({ permissions: ['USE_INTEGRATIONS', 'documents:*'] })
    const until = inAnHour()
    const child = await narrow(secret, { until, permissions: ['documents:read'], name: 'Größe 中文 🚲' })
    const grandchild = await narrow(child, { agent: 'helper', calls: 2 })
    expect(await house.tokens.check(child, { permissions: ['documents:read'] })).toMatchObject({
      code: 'VALID',
      token: { id },
      permissions: ['documents:read'],
      expiresAt: until.getTime(),
      narrowed: { names: ['Größe 中文 🚲'] },
    })
    expect(await house.tokens.check(grandchild, {})).toMatchObject({
      code: 'VALID',
      token: { id, agent: 'helper' },
      narrowed: { budgets: [{ calls: 2, until: until.getTime() }] },
    })
  })

  it('is taken by the server: a grant', async () => {
    const clock = { now: () => Date.now() }
    const grants = createGrants({ secret: 'a secret of the server', clock, isBarred: () => false })
    const whom = { turnId: 'trn_1', conversationId: 'cnv_1', userId: 'ada', workspaceId: 'wsp_1', agent: 'a' }
    const grant = grants.issue({ ...whom, limits: { providers: null, methods: null, calls: 9 } })
    const child = await narrow(grant, { permissions: ['CHAT'], providers: ['github'] })
    expect(grants.verify(child)).toMatchObject({ ...whom, permissions: ['CHAT'], providers: ['github'] })
  })

  it('is not made where no server would take it, or where it would open more than was meant', async () => {
    let token = vectors.token
    for (let link = 0; link < 8; link++) token = await narrow(token, { name: `${link}` })
    await expect(narrow(token, { name: 'ninth' })).rejects.toThrow(RangeError)
    await expect(narrow(vectors.token, { providers: ['x'.repeat(4_000)] })).rejects.toThrow(RangeError)
    const careless = { permissions: undefined } as unknown as Narrower
    await expect(narrow(vectors.token, careless)).rejects.toThrow(TypeError)
  })
})
