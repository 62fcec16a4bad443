import { call } from '@portico/sdk'
import { queryOptions } from '@tanstack/react-query'
import type { Answer } from './answer.ts'
import { portico, queryClient } from './client.ts'

/** The reader's; for administrators all of the workspace. */
export const sponsorshipsQuery = queryOptions({
  queryKey: ['sponsorships'],
  queryFn: async () => (await call(portico.GET('/api/sponsorships'))).sponsorships,
  refetchInterval: 15_000,
})

export type Sponsorship = Answer<typeof sponsorshipsQuery>[number]
export type SponsorshipLimits = Sponsorship['limits']

export async function changeLimits(id: string, body: SponsorshipLimits): Promise<void> {
  await call(portico.PATCH('/api/sponsorships/{id}', { params: { path: { id } }, body }))
  await refresh()
}

export async function endSponsorship(id: string): Promise<void> {
  await call(portico.DELETE('/api/sponsorships/{id}', { params: { path: { id } } }))
  await refresh()
}

function refresh(): Promise<void> {
  return queryClient.invalidateQueries({ queryKey: sponsorshipsQuery.queryKey })
}
