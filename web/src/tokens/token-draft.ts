import type { ApiToken, TokenChange, TokenCredits, TokenLimit, TokenWish } from '../api/tokens.ts'
import { endOf, type Expiry } from './expiry.ts'

export interface LimitDraft extends Omit<TokenLimit, 'limit'> {
  /** For React, as rows may be taken away from the middle. */
  key: number
  limit: string
}

/** What stands in the form of a token, with numbers as they are typed. */
export interface TokenDraft {
  name: string
  permissions: string[]
  /** Empty: all. */
  agent: string
  expiry: Expiry
  date: string
  type: string
  environment: 'live' | 'test'
  limits: LimitDraft[]
  /** Empty: none. */
  credits: string
  refill: TokenCredits['refill']
  addresses: string[]
  origins: string[]
}

export const ownType = 'agent'

const blank: TokenDraft = {
  name: '',
  permissions: [],
  agent: '',
  expiry: 'quarter',
  date: '',
  type: ownType,
  environment: 'live',
  limits: [],
  credits: '',
  refill: 'monthly',
  addresses: [],
  origins: [],
}

export function draftOf(token: ApiToken | undefined): TokenDraft {
  if (token === undefined) return blank
  return {
    name: token.name,
    permissions: token.permissions,
    agent: token.agent_id ?? '',
    expiry: token.expires_at === null ? 'never' : 'keep',
    date: '',
    type: token.type,
    environment: token.environment,
    limits: limitDraftsOf(token.limits),
    credits: token.credits === null ? '' : String(token.credits.amount),
    refill: token.credits?.refill ?? 'monthly',
    addresses: token.addresses ?? [],
    origins: token.callback_origins ?? [],
  }
}

/** What the server is told of a new token; what was left empty is left out. */
export function wishOf(draft: TokenDraft, now: number): TokenWish {
  const { type, environment } = draft
  const all = fieldsOf(draft)
  const ends = draft.expiry === 'keep' ? null : endOf(draft.expiry, draft.date, now)
  return {
    name: all.name,
    permissions: all.permissions,
    ...(type !== ownType && { type }),
    ...(environment !== 'live' && { environment }),
    ...(all.agent_id !== null && { agent_id: all.agent_id }),
    ...(ends !== null && { expires_at: ends }),
    ...(all.limits.length > 0 && { limits: all.limits }),
    ...(all.credits !== null && { credits: all.credits }),
    ...(all.addresses !== null && { addresses: all.addresses }),
    ...(all.callback_origins !== null && { callback_origins: all.callback_origins }),
  }
}

/** Only what differs: the server may have changed the rest meanwhile, and credits that are set begin anew. */
export function changeOf(draft: TokenDraft, token: ApiToken, now: number): TokenChange {
  const all = fieldsOf(draft)
  const names = Object.keys(all) as (keyof typeof all)[]
  const changed = names.filter((name) => JSON.stringify(all[name]) !== JSON.stringify(token[name]))
  const change: TokenChange = Object.fromEntries(changed.map((name) => [name, all[name]]))
  if (draft.expiry === 'keep') return change
  const ends = endOf(draft.expiry, draft.date, now)
  return ends === token.expires_at ? change : { ...change, expires_at: ends }
}

function fieldsOf(draft: TokenDraft) {
  const { agent, addresses, origins, limits } = draft
  return {
    name: draft.name.trim(),
    permissions: draft.permissions,
    agent_id: agent.trim() === '' ? null : agent.trim(),
    limits: limitsOf(limits),
    credits: creditsOf(draft),
    addresses: addresses.length === 0 ? null : addresses,
    callback_origins: origins.length === 0 ? null : origins,
  }
}

export function limitDraftsOf(limits: readonly TokenLimit[]): LimitDraft[] {
  return limits.map((limit, key) => ({ ...limit, key, limit: String(limit.limit) }))
}

export function limitsOf(drafts: readonly LimitDraft[]): TokenLimit[] {
  return drafts.map(({ name, limit, window_s, exact }) => ({
    name: name.trim(),
    limit: Number(limit),
    window_s,
    exact,
  }))
}

export function creditsOf({ credits, refill }: Pick<TokenDraft, 'credits' | 'refill'>): TokenCredits | null {
  return credits.trim() === '' ? null : { amount: Number(credits), refill }
}
