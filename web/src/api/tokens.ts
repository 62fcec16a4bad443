import { call } from '@portico/sdk'
import { queryOptions } from '@tanstack/react-query'
import { portico, queryClient } from './client.ts'

export interface TokenLimit {
  name: string
  limit: number
  window_s: number
  exact: boolean
}

export interface TokenCredits {
  amount: number
  refill: 'never' | 'daily' | 'monthly'
}

export interface TokenSecret {
  last_four: string
  created_at: string
  ends_at: string | null
  last_used_at: string | null
}

export interface ApiToken {
  id: string
  user_id: string
  name: string
  type: string
  environment: 'live' | 'test'
  agent_id: string | null
  permissions: string[]
  callback_origins: string[] | null
  enabled: boolean
  limits: TokenLimit[]
  credits: TokenCredits | null
  addresses: string[] | null
  imported: boolean
  prefix: string
  last_four: string
  secrets: TokenSecret[]
  created_at: string
  expires_at: string | null
  revoked_at: string | null
  last_used_at: string | null
  uses: number
  refusals: number
}

export interface Receipt {
  effective: 'all' | 'partial'
  replicas: number
  ms: number
  behind: { replica: string; seen_at: string }[]
}

/** A token with its new secret, which is told this once. */
export interface MadeToken extends ApiToken {
  token: string
  receipt: Receipt
}

export interface UsageBucket {
  at: string
  uses: number
  refusals: number
}

export type UsageStep = 'minute' | 'hour' | 'day'

export interface AgentState {
  name: string
  disabled: boolean
}

/** What is chosen for a token when it is made; null takes away what was chosen before. */
export interface TokenWish {
  name: string
  type?: string
  environment?: 'live' | 'test'
  agent_id?: string | null
  permissions: string[]
  expires_at?: string | null
  limits?: TokenLimit[]
  credits?: TokenCredits | null
  addresses?: string[] | null
  callback_origins?: string[] | null
}

export type TokenChange = Partial<TokenWish & { enabled: boolean }>

interface Asked {
  data?: unknown
  error?: unknown
  response: Response
}
type Ask = (path: string, init?: object) => Promise<Asked>
const api = portico as unknown as Record<'GET' | 'POST' | 'PATCH' | 'DELETE', Ask>
const answer = <Data>(asked: Promise<Asked>) => call(asked as Promise<{ data?: Data; response: Response }>)

const at = (id: string) => ({ params: { path: { id } } })

export type Whose = 'mine' | 'everybodys'

/** The newest first, also those that count no more. Counts and last uses come some seconds late. */
export const tokensQuery = (whose: Whose) =>
  queryOptions({
    queryKey: ['tokens', 'list', whose],
    queryFn: async () => {
      const query = whose === 'everybodys' ? { of: 'workspace' } : {}
      return (await answer<{ tokens: ApiToken[] }>(api.GET('/api/tokens', { params: { query } }))).tokens
    },
    refetchInterval: 5_000,
  })

export const tokenQuery = (id: string) =>
  queryOptions({
    queryKey: ['tokens', 'one', id],
    queryFn: () => answer<ApiToken>(api.GET('/api/tokens/{id}', at(id))),
    refetchInterval: 5_000,
  })

export const usageQuery = (id: string, step: UsageStep, range: () => { from: string; to: string }) =>
  queryOptions({
    queryKey: ['tokens', 'usage', id, step],
    queryFn: async () => {
      const params = { path: { id }, query: { ...range(), step } }
      const { buckets } = await answer<{ buckets: UsageBucket[] }>(
        api.GET('/api/tokens/{id}/usage', { params }),
      )
      return buckets
    },
    refetchInterval: 10_000,
  })

export async function makeToken(body: TokenWish): Promise<MadeToken> {
  const made = await answer<MadeToken>(api.POST('/api/tokens', { body }))
  await refresh()
  return made
}

export async function changeToken(id: string, body: TokenChange): Promise<Receipt> {
  const { receipt } = await answer<{ receipt: Receipt }>(api.PATCH('/api/tokens/{id}', { ...at(id), body }))
  await refresh()
  return receipt
}

/** For so many seconds more the secret before counts, too. */
export async function rotateToken(id: string, overlapSeconds: number): Promise<MadeToken> {
  const body = { overlap_s: overlapSeconds }
  const made = await answer<MadeToken>(api.POST('/api/tokens/{id}/rotate', { ...at(id), body }))
  await refresh()
  return made
}

export async function revokeToken(id: string): Promise<Receipt> {
  const receipt = await answer<Receipt>(api.DELETE('/api/tokens/{id}', at(id)))
  await refresh()
  return receipt
}

/** For administrators of the server. */
export const agentsQuery = queryOptions({
  queryKey: ['agents'],
  queryFn: async () => (await answer<{ agents: AgentState[] }>(api.GET('/api/agents'))).agents,
})

/** Also stops, or lets go on, all tokens that are kept to the agent. */
export async function switchAgent(name: string, disabled: boolean): Promise<Receipt> {
  const init = { params: { path: { name } }, body: { disabled } }
  const { receipt } = await answer<{ receipt: Receipt }>(api.PATCH('/api/agents/{name}', init))
  await queryClient.invalidateQueries({ queryKey: agentsQuery.queryKey })
  return receipt
}

function refresh(): Promise<void> {
  return queryClient.invalidateQueries({ queryKey: ['tokens'] })
}
