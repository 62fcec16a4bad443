import type { Sleep } from '../../../lib/sleep.ts'
import { createLog } from '../../../lib/log.ts'
import type { Db } from '../../../storage/database.ts'
import type { TokenFacts } from '../../facts.ts'
import type { Credits, RateLimit } from '../../token.ts'
import type { Ask } from '../../verdict.ts'
import { createTokenLimits } from '../create-limits.ts'
import type { Taken, TokenLimits } from '../limits.ts'

interface Limited {
  id?: string
  limits?: RateLimit[]
  credits?: Credits | null
  ofUser?: { limits?: RateLimit[]; credits?: Credits }
}

/** A token of Ada's, of which only the limits matter. */
export function factsOf({ id = 'tok_1', limits = [], credits = null, ofUser = {} }: Limited): TokenFacts {
  const user = { id: 'ada', name: 'Ada', email: 'ada@example.org', limits: [], credits: null, ...ofUser }
  return {
    ...{ id, limits, credits, user, name: 'x', type: 'agent', environment: 'live', workspaceId: 'wsp_1' },
    ...{ agent: null, permissions: [], callbackOrigins: null, addresses: null, metadata: {}, enabled: true },
    ...{ expiresAt: null, revokedAt: null, secrets: [], isMember: true, imported: false },
  }
}

/** Half past ten on a Saturday in the middle of a month. */
export const start = Date.UTC(2026, 10, 14, 10, 30)

const forEver: Sleep = (_, signal) =>
  new Promise((_resolve, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason as Error))
  })

/** A replica that counts, with a clock that stands still until it is moved. */
export function createReplica(db: Db, sleep = forEver) {
  let now = start
  const clock = { now: () => now }
  const limits: TokenLimits = createTokenLimits({ db, clock, sleep, log: createLog('silent') })
  return {
    limits,
    set(at: number) {
      now = at
    },
    pass(ms: number) {
      now += ms
    },
    take: (token: TokenFacts, ask: Ask = {}): Taken | Promise<Taken> => limits.take(token, ask, now),
  }
}
