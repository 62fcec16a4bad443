import { call, type paths } from '@portico/sdk'
import { queryOptions } from '@tanstack/react-query'
import type { Answer } from './answer.ts'
import { portico, queryClient } from './client.ts'

const at = (id: string) => ({ params: { path: { id } } })

export type Whose = 'mine' | 'everybodys'

/** The newest first, also those that count no more. Counts and last uses come some seconds late. */
export const tokensQuery = (whose: Whose) =>
  queryOptions({
    queryKey: ['tokens', 'list', whose],
    queryFn: async () => {
      const query = { of: whose === 'everybodys' ? ('workspace' as const) : ('mine' as const) }
      return (await call(portico.GET('/api/tokens', { params: { query } }))).tokens
    },
    refetchInterval: 5_000,
  })

export const tokenQuery = (id: string) =>
  queryOptions({
    queryKey: ['tokens', 'one', id],
    queryFn: () => call(portico.GET('/api/tokens/{id}', at(id))),
    refetchInterval: 5_000,
  })

export type ApiToken = Answer<ReturnType<typeof tokenQuery>>
export type TokenLimit = ApiToken['limits'][number]
export type TokenCredits = NonNullable<ApiToken['credits']>
export type TokenSecret = ApiToken['secrets'][number]
export type UsageStep = 'minute' | 'hour' | 'day'

export const usageQuery = (id: string, step: UsageStep, range: () => { from: string; to: string }) =>
  queryOptions({
    queryKey: ['tokens', 'usage', id, step],
    queryFn: async () => {
      const params = { path: { id }, query: { ...range(), step } }
      return (await call(portico.GET('/api/tokens/{id}/usage', { params }))).buckets
    },
    refetchInterval: 10_000,
  })

export type UsageBucket = Answer<ReturnType<typeof usageQuery>>[number]

type BodyOf<Route> = Route extends { requestBody?: { content: { 'application/json': infer Body } } }
  ? Body
  : never
export type TokenWish = BodyOf<paths['/api/tokens']['post']>
/** What is left out stays; null takes away. */
export type TokenChange = BodyOf<paths['/api/tokens/{id}']['patch']>

/** A token with its new secret, which is told this once. */
export type MadeToken = Awaited<ReturnType<typeof rotateToken>>
export type Receipt = MadeToken['receipt']

export async function makeToken(body: TokenWish) {
  const made = await call(portico.POST('/api/tokens', { body }))
  await refresh()
  return made
}

export async function changeToken(id: string, body: TokenChange): Promise<Receipt> {
  const { receipt } = await call(portico.PATCH('/api/tokens/{id}', { ...at(id), body }))
  await refresh()
  return receipt
}

/** For so many seconds more the secret before counts, too. */
export async function rotateToken(id: string, overlapSeconds: number) {
  const body = { overlap_s: overlapSeconds }
  const made = await call(portico.POST('/api/tokens/{id}/rotate', { ...at(id), body }))
  await refresh()
  return made
}

export async function revokeToken(id: string): Promise<Receipt> {
  const receipt = await call(portico.DELETE('/api/tokens/{id}', at(id)))
  await refresh()
  return receipt
}

export const agentsQuery = queryOptions({
  queryKey: ['agents'],
  queryFn: async () => (await call(portico.GET('/api/agents'))).agents,
})

export type AgentState = Answer<typeof agentsQuery>[number]

/** For administrators of the server. Also stops, or lets go on, all tokens that are kept to the agent. */
export async function switchAgent(name: string, disabled: boolean): Promise<Receipt> {
  const init = { params: { path: { name } }, body: { disabled } }
  const { receipt } = await call(portico.PATCH('/api/agents/{name}', init))
  await queryClient.invalidateQueries({ queryKey: agentsQuery.queryKey })
  return receipt
}

/** For administrators of the server: what all tokens of a person share. */
export const limitsOfQuery = (userId: string) =>
  queryOptions({
    queryKey: ['tokens', 'limits-of', userId],
    queryFn: () => call(portico.GET('/api/users/{id}/token-limits', at(userId))),
    // A form begins with it.
    staleTime: 0,
    gcTime: 0,
  })

export type OwnerLimits = Answer<ReturnType<typeof limitsOfQuery>>

export async function setLimitsOf(userId: string, body: OwnerLimits): Promise<Receipt> {
  return (await call(portico.PUT('/api/users/{id}/token-limits', { ...at(userId), body }))).receipt
}

function refresh(): Promise<void> {
  return queryClient.invalidateQueries({ queryKey: ['tokens'] })
}
