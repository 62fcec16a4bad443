import type { Readable } from 'node:stream'
import type { Audit } from '../audit/audit.ts'
import type { IntegrationsConfig } from '../config/config.ts'
import type { Signals } from '../coordination/signals.ts'
import type { Budget } from '../grants/narrowing.ts'
import type { Catalogue, CredentialUse } from '../integrations/integrations.ts'
import type { Clock } from '../lib/clock.ts'
import type { Sleep } from '../lib/sleep.ts'
import type { Db } from '../storage/database.ts'
import type { ApprovalStore } from './approvals.ts'
import { createLimits, type Pace } from './limits.ts'
import { createUseRecord } from './record.ts'
import { send } from './send.ts'
import { createUpstream } from './upstream.ts'
import { createWaiting } from './waiting.ts'

export {
  createApprovals,
  type ApprovalStore,
  type ApprovalWord,
  type UseApproval,
  type UseApprovals,
} from './approvals.ts'
export { createProxyCallers, type ProxyCallers } from './callers.ts'
export { proxyErrors } from './errors.ts'
export type { Pace } from './limits.ts'
export { waitMsOf } from './request-headers.ts'

/**
 * The proxy: a request of an agent or a program is sent to a provider with a person's credential, and its answer comes
 * back without it.
 *
 *   target -> rule (allow, ask, refuse) -> [approval] -> credential -> request -> [401: renew, once, if it only reads]
 *          -> audit entry -> answer
 */
export interface Proxy {
  /** Throws the errors of `errors.ts`; nothing of the provider's is read before the head of its answer was audited. */
  send(caller: ProxyCaller, request: ProxyRequest): Promise<ProxyAnswer>
  /** Breaks off what is under way, and closes the connections to providers. */
  stop(): Promise<void>
}

export interface ProxyDependencies {
  db: Db
  audit: Audit
  signals: Signals
  clock: Clock
  sleep: Sleep
  catalogue: Pick<Catalogue, 'find'>
  credentials: CredentialUse
  approvals: ApprovalStore
  asker: Asker
  config: Pick<IntegrationsConfig, 'rules' | 'usual' | 'allowHosts'>
  /** All addresses of a name; left out: the system's resolver. */
  resolve?: (name: string) => Promise<readonly string[]>
  /** How fast one credential may be used; left out: 20 a second, 60 at once. */
  credentialPace?: Pace
}

export function createProxy(deps: ProxyDependencies): Proxy {
  const { clock, config, credentialPace, resolve } = deps
  const allowHosts = config.allowHosts.map((host) => host.toLowerCase())
  const upstream = createUpstream({ allowHosts, ...(resolve && { resolve }) })
  const steps = {
    ...deps,
    rules: config,
    allowHosts,
    limits: createLimits(clock, credentialPace),
    waiting: createWaiting(deps),
    record: createUseRecord(deps),
    upstream,
  }
  return {
    send: (caller, request) => send(steps, caller, request),
    stop: () => upstream.stop(),
  }
}

/** Who uses a person's credential: an agent by its grant, or a program by its API token. */
export interface ProxyCaller {
  workspaceId: string
  userId: string
  /** The agent of the turn; for a program the name of its token. */
  agent: string
  turn: { id: string; conversationId: string } | null
  tokenId: string | null
  /** Null: all. */
  providers: readonly string[] | null
  methods: readonly string[] | null
  /** How many requests, all of them charged for each; none: as many as it likes. */
  budgets: readonly Budget[]
  /** What those who derived its grant or token call it; for the record only, since anybody makes them up. */
  names: readonly string[]
}

export interface ProxyRequest {
  provider: string
  method: string
  /** What follows `/proxy/{provider}/`, with its query, as it came: a path at the provider, or a whole https URL. */
  path: string
  /** Names in lower case. */
  headers: Readonly<Record<string, string | string[] | undefined>>
  /** Null: no body. */
  body: Readable | null
  credentialId?: string
  /** How long to wait for the person to connect or to approve (RFC 7240, `Prefer: wait`), in milliseconds. */
  waitMs: number
  /** Aborts when the caller has gone. */
  signal: AbortSignal
}

export interface ProxyAnswer {
  status: number
  headers: Readonly<Record<string, string | string[]>>
  body: Readable
  credentialId: string
}

/** How a person is asked for something that a request waits for; must be idempotent per `key`. */
export interface Asker {
  /** Shows a link that connects, in private; returns it for the caller. */
  toConnect(caller: ProxyCaller, ask: ConnectAsk): Promise<{ connectUrl: string }>
  /** Shows what is about to be sent, with a way to approve and one to deny. */
  toApprove(caller: ProxyCaller, approval: PendingApproval): Promise<void>
}

export interface ConnectAsk {
  provider: string
  missingScopes: readonly string[]
  credentialId: string | null
  reason: 'connect_required' | 'reconnect_required'
}

export interface PendingApproval {
  id: string
  code: string
  provider: string
  providerName: string
  account: string | null
  method: string
  host: string
  path: string
  /** As a person reads it, at most 500 characters; null: nothing is sent along. */
  bodyPreview: string | null
  expiresAt: Date
}
