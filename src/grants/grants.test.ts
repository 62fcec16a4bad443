import { describe, expect, it } from 'vitest'
import { createGrants } from './grants.ts'

let now = Date.UTC(2026, 0, 1)
const clock = { now: () => now }
const grants = createGrants({ secret: 'a secret of the server', clock })
const grant = {
  turnId: 'trn_1',
  conversationId: 'cnv_1',
  userId: 'usr_1',
  workspaceId: 'wsp_1',
  agent: 'default',
  limits: { providers: ['github'], methods: null, calls: 3 },
}

describe('a grant', () => {
  it('says for which turn it is, until an hour has passed', () => {
    const token = grants.issue(grant)
    expect(token).toMatch(/^pg_[\w-]+\.[\w-]{43}$/)
    expect(grants.verify(token)).toEqual(grant)
    now += 3_599_999
    expect(grants.verify(token)).toEqual(grant)
    now += 1
    expect(grants.verify(token)).toBeUndefined()
  })

  it('is nothing when it was made with another secret, changed, cut or lengthened', () => {
    const token = grants.issue(grant)
    const [body = '', signature = ''] = token.split('.')
    const other = createGrants({ secret: 'another', clock }).issue(grant)
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
})
