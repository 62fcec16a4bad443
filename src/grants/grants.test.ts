import { beforeEach, describe, expect, it } from 'vitest'
import { createGrants } from './grants.ts'
import { extend } from './testing/chains.ts'

const start = Date.UTC(2026, 0, 1)
let now = start
const barred = new Set<string>()
const clock = { now: () => now }
const isBarred = (kind: string, id: string) => barred.has(`${kind} ${id}`)
const grants = createGrants({ secret: 'a secret of the server', clock, isBarred })
const whom = {
  turnId: 'trn_1',
  conversationId: 'cnv_1',
  userId: 'usr_1',
  workspaceId: 'wsp_1',
  agent: 'default',
}
const grant = { ...whom, limits: { providers: ['github', 'slack'], methods: null, calls: 3 } }
const whole = {
  ...whom,
  permissions: ['CHAT', 'USE_INTEGRATIONS'],
  providers: ['github', 'slack'],
  methods: null,
  budgets: [{ key: 'trn_1', calls: 3, until: start + 3_600_000 }],
  names: [],
}
beforeEach(() => {
  now = start
  barred.clear()
})

describe('a grant', () => {
  it('says for which turn it is, until an hour has passed', () => {
    const token = grants.issue(grant)
    expect(token).toMatch(/^pg_[\w-]+\.[\w-]{43}$/)
    expect(grants.verify(token)).toEqual(whole)
    now += 3_599_999
    expect(grants.verify(token)).toEqual(whole)
    now += 1
    expect(grants.verify(token)).toBeUndefined()
  })

  it('is nothing when it was made with another secret, changed, cut or lengthened', () => {
    const token = grants.issue(grant)
    const [body = '', signature = ''] = token.split('.')
    const other = createGrants({ secret: 'another', clock, isBarred }).issue(grant)
    const forged = `pg_${Buffer.from(JSON.stringify([now + 1e9, 'trn_2'])).toString('base64url')}`
    for (const bad of [
      other,
      `${forged}.${signature}`,
      body,
      `${body}.`,
      `${token}.x`,
      token.slice(3),
      '',
      'pg_.',
    ])
      expect(grants.verify(bad)).toBeUndefined()
    expect(grants.verify(`${body}.${signature.slice(0, -2)}`)).toBeUndefined()
  })

  it.each(['user usr_1', 'workspace wsp_1', 'agent default'])('counts only while %s is in use', (whose) => {
    const token = grants.issue(grant)
    expect(grants.verify(token)).toBeDefined()
    barred.add(whose)
    expect(grants.verify(token)).toBeUndefined()
    expect(grants.verify(extend(token, { name: 'child' }))).toBeUndefined()
    barred.clear()
    expect(grants.verify(token)).toBeDefined()
  })
})

describe('a grant that its holder narrowed', () => {
  it('opens what both allow', () => {
    const token = grants.issue(grant)
    const child = extend(token, { providers: ['github', 'notion'], methods: ['get'], name: 'searcher' })
    expect(grants.verify(child)).toEqual({
      ...whole,
      providers: ['github'],
      methods: ['GET'],
      names: ['searcher'],
    })
    expect(grants.verify(extend(child, { providers: ['notion'], name: 'helper' }))).toMatchObject({
      providers: [],
      methods: ['GET'],
      names: ['searcher', 'helper'],
    })
    expect(grants.verify(token)).toEqual(whole)
  })

  it('has of the permissions those that a grant opens', () => {
    const token = grants.issue(grant)
    const permissions = (...given: string[]) =>
      grants.verify(extend(token, { permissions: given }))?.permissions
    expect(permissions('CHAT', 'MANAGE_INTEGRATIONS')).toEqual(['CHAT'])
    expect(permissions('*')).toEqual(['CHAT', 'USE_INTEGRATIONS'])
    expect(permissions()).toEqual([])
  })

  it('ends at the earlier time, and never later', () => {
    const token = grants.issue(grant)
    const soon = extend(token, { until: start / 1_000 + 60 })
    const late = extend(token, { until: start / 1_000 + 7_200 })
    now = start + 59_999
    expect([grants.verify(soon), grants.verify(late)]).not.toContain(undefined)
    now = start + 60_000
    expect(grants.verify(soon)).toBeUndefined()
    now = start + 3_600_000
    expect(grants.verify(late)).toBeUndefined()
  })

  it("is charged to the turn's budget beside its own, which its children share", () => {
    const token = grants.issue(grant)
    const child = extend(token, { calls: 2 })
    const budgets = grants.verify(child)?.budgets
    const end = start + 3_600_000
    expect(budgets).toMatchObject([whole.budgets[0], { calls: 2, until: end }])
    expect(grants.verify(extend(child, { name: 'a' }))?.budgets).toEqual(budgets)
    expect(grants.verify(extend(child, { calls: 5 }))?.budgets.slice(0, 2)).toEqual(budgets)
  })

  it('is of the same agent or of none', () => {
    const token = grants.issue(grant)
    expect(grants.verify(extend(token, { agent: 'default' }))).toEqual(whole)
    expect(grants.verify(extend(token, { agent: 'other' }))).toBeUndefined()
  })
})
