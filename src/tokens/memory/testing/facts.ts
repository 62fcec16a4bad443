import type { TokenFacts } from '../../facts.ts'

/** Facts of a token that counts, as far as a test does not say otherwise. */
export function factsOf(id: string, changed: Partial<TokenFacts> = {}): TokenFacts {
  return {
    id,
    name: 'Backup',
    type: 'agent',
    environment: 'live',
    workspaceId: 'wsp_1',
    agent: null,
    permissions: ['CHAT'],
    callbackOrigins: null,
    addresses: null,
    metadata: {},
    limits: [],
    credits: null,
    enabled: true,
    expiresAt: null,
    revokedAt: null,
    secrets: [{ hash: `hash of ${id}`, endsAt: null }],
    user: { id: 'ada', name: 'Ada', email: 'ada@example.org', limits: [], credits: null },
    isMember: true,
    ...changed,
  }
}
