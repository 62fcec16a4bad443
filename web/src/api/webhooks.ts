import { call } from '@portico/sdk'
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type { Answer } from './answer.ts'
import { portico, queryClient } from './client.ts'

export const endpointsQuery = queryOptions({
  queryKey: ['webhook-endpoints'],
  queryFn: async () => (await call(portico.GET('/api/webhook-endpoints'))).endpoints,
  refetchInterval: 15_000,
})

export type Endpoint = Answer<typeof endpointsQuery>[number]

export const attemptStates = ['delivered', 'retrying', 'failed'] as const
export type AttemptState = (typeof attemptStates)[number]

/** The log of an endpoint, the newest first; a page is 50 tries. */
export const attemptsQuery = (id: string, state?: AttemptState) =>
  infiniteQueryOptions({
    queryKey: ['webhook-endpoints', id, 'attempts', state ?? 'all'],
    queryFn: ({ pageParam }) =>
      call(
        portico.GET('/api/webhook-endpoints/{id}/attempts', {
          params: {
            path: { id },
            query: {
              ...(state !== undefined && { state }),
              ...(pageParam !== null && { before: String(pageParam) }),
            },
          },
        }),
      ),
    initialPageParam: null as number | null,
    getNextPageParam: ({ next }) => next,
    refetchInterval: 5_000,
  })

export type Attempt = Answer<ReturnType<typeof attemptsQuery>>['attempts'][number]

export interface EndpointWish {
  url: string
  description: string
  /** None: everything. */
  events: string[]
}

const at = (id: string) => ({ params: { path: { id } } })

/** Answers the secret that signs what is sent, which is told this once. */
export async function addEndpoint(body: EndpointWish): Promise<string> {
  const { secret } = await call(portico.POST('/api/webhook-endpoints', { body }))
  await refresh()
  return secret
}

/** Also switches it off and on. */
export async function changeEndpoint(
  id: string,
  body: Partial<EndpointWish & { enabled: boolean }>,
): Promise<void> {
  await call(portico.PATCH('/api/webhook-endpoints/{id}', { ...at(id), body }))
  await refresh()
}

/** Answers the new secret; for so many seconds more the one before signs, too. */
export async function rotateEndpointSecret(id: string, overlapSeconds: number): Promise<string> {
  const body = { overlap_s: overlapSeconds }
  const { secret } = await call(portico.POST('/api/webhook-endpoints/{id}/rotate', { ...at(id), body }))
  await refresh()
  return secret
}

export async function removeEndpoint(id: string): Promise<void> {
  await call(portico.DELETE('/api/webhook-endpoints/{id}', at(id)))
  queryClient.setQueryData(endpointsQuery.queryKey, (list) => list?.filter((entry) => entry.id !== id))
}

export async function sendTest(id: string): Promise<void> {
  await call(portico.POST('/api/webhook-endpoints/{id}/test', at(id)))
  await refresh()
}

/** Sends it once more, or now where it waits for its next try. */
export async function replay(id: string, messageId: string): Promise<void> {
  const path = { id, message_id: messageId }
  await call(portico.POST('/api/webhook-endpoints/{id}/messages/{message_id}/replay', { params: { path } }))
  await refresh()
}

function refresh(): Promise<void> {
  return queryClient.invalidateQueries({ queryKey: endpointsQuery.queryKey })
}
