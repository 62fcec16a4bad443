import type { BarKind, LogEntry, SecretFacts, TokenFacts, UserFacts } from '../facts.ts'
import type { Credits, RateLimit } from '../token.ts'

/** A row of `token_log`. */
export interface LogRow {
  rev: number
  kind: string
  id: string
  facts: unknown
}

type Raw = Readonly<Record<string, unknown>>

const barKinds: readonly string[] = ['user', 'workspace', 'agent'] satisfies BarKind[]
const none: readonly never[] = []

/** Undefined for a kind that only newer versions know. */
export function entryOf({ rev, kind, id, facts }: LogRow): LogEntry | undefined {
  if (kind === 'token') return { rev, kind, id, facts: tokenFactsOf(facts) }
  if (!isBarKind(kind)) return undefined
  return { rev, kind, id, facts: isRaw(facts) ? { until: timeOf(facts['until']) } : null }
}

/** Whether facts are those of a token that was made elsewhere. */
export function isImported(facts: unknown): boolean {
  return isRaw(facts) && facts['imported'] === true
}

/**
 * Facts as any version has written them: what it did not know yet gets a default, and what this one does not know is left
 * out. Null, as for a token that is gone, where that is missing by which a token may count at all.
 */
export function tokenFactsOf(raw: unknown): TokenFacts | null {
  if (!isRaw(raw) || !isRaw(raw['user'])) return null
  const { id, workspaceId } = raw
  const user = userOf(raw['user'])
  if (typeof id !== 'string' || typeof workspaceId !== 'string' || user.id === '') return null
  return {
    id,
    name: textOf(raw['name'], ''),
    type: textOf(raw['type'], 'agent'),
    environment: raw['environment'] === 'test' ? 'test' : 'live',
    workspaceId,
    agent: typeof raw['agent'] === 'string' ? raw['agent'] : null,
    permissions: textsOf(raw['permissions']) ?? none,
    callbackOrigins: textsOf(raw['callbackOrigins']),
    addresses: textsOf(raw['addresses']),
    metadata: isRaw(raw['metadata']) ? raw['metadata'] : {},
    limits: limitsOf(raw['limits']),
    credits: creditsOf(raw['credits']),
    enabled: raw['enabled'] === true,
    expiresAt: timeOf(raw['expiresAt']),
    revokedAt: timeOf(raw['revokedAt']),
    secrets: listOf(raw['secrets']).flatMap(secretOf),
    user,
    isMember: raw['isMember'] === true,
  }
}

function userOf(raw: Raw): UserFacts {
  return {
    id: textOf(raw['id'], ''),
    name: textOf(raw['name'], ''),
    email: textOf(raw['email'], ''),
    limits: limitsOf(raw['limits']),
    credits: creditsOf(raw['credits']),
  }
}

function secretOf(raw: unknown): SecretFacts[] {
  if (!isRaw(raw) || typeof raw['hash'] !== 'string') return []
  return [{ hash: raw['hash'], endsAt: timeOf(raw['endsAt']) }]
}

/** A limit that cannot be read is one that nothing gets through. */
function limitsOf(raw: unknown): readonly RateLimit[] {
  const limits = listOf(raw)
  if (limits.length === 0) return none
  return limits.filter(isRaw).map((one) => ({
    name: textOf(one['name'], 'requests'),
    limit: typeof one['limit'] === 'number' ? one['limit'] : 0,
    windowS: typeof one['windowS'] === 'number' ? one['windowS'] : 60,
    exact: one['exact'] === true,
  }))
}

function creditsOf(raw: unknown): Credits | null {
  if (!isRaw(raw)) return null
  const { amount, refill } = raw
  return {
    amount: typeof amount === 'number' ? amount : 0,
    refill: refill === 'daily' || refill === 'monthly' ? refill : 'never',
  }
}

function isRaw(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isBarKind(kind: string): kind is BarKind {
  return barKinds.includes(kind)
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : none
}

function textOf(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise
}

function textsOf(value: unknown): readonly string[] | null {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : null
}

function timeOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null
}
