import { call, type paths } from '@portico/sdk'
import { queryOptions } from '@tanstack/react-query'
import type { Answer } from './answer.ts'
import { portico, queryClient } from './client.ts'

/** The services whose accounts people can lend, by name. */
export const providersQuery = queryOptions({
  queryKey: ['integrations', 'providers'],
  queryFn: () => call(portico.GET('/api/integrations/providers')),
  staleTime: 60_000,
})

export const credentialsQuery = queryOptions({
  queryKey: ['integrations', 'credentials'],
  queryFn: () => call(portico.GET('/api/integrations/credentials')),
})

/** What was taken back at providers, newest first. */
export const revocationsQuery = queryOptions({
  queryKey: ['integrations', 'revocations'],
  queryFn: async () => (await call(portico.GET('/api/integrations/revocations'))).revocations,
})

/** Requests with the reader's accounts that wait for their word. */
export const useApprovalsQuery = queryOptions({
  queryKey: ['integrations', 'approvals'],
  queryFn: async () => (await call(portico.GET('/api/integrations/approvals'))).approvals,
  refetchInterval: 4_000,
})

export type Provider = Answer<typeof providersQuery>[number]
export type Credential = Answer<typeof credentialsQuery>[number]
export type CredentialKind = Credential['type']
export type Revocation = Answer<typeof revocationsQuery>[number]
export type UseApproval = Answer<typeof useApprovalsQuery>[number]

type CredentialBody =
  paths['/api/integrations/{provider}/credentials']['post']['requestBody']['content']['application/json']

/** What is typed instead of signing in at the provider. */
export type NewSecret = CredentialBody

export async function addCredential(provider: string, body: NewSecret): Promise<void> {
  await call(
    portico.POST('/api/integrations/{provider}/credentials', { params: { path: { provider } }, body }),
  )
  await refreshCredentials()
}

export async function renameCredential({ provider, id }: Credential, title: string): Promise<void> {
  const path = { provider, id }
  await call(
    portico.PATCH('/api/integrations/{provider}/credentials/{id}', { params: { path }, body: { title } }),
  )
  await refreshCredentials()
}

/** Answers what came of it at the provider. */
export async function removeCredential({ provider, id }: Credential): Promise<Revocation> {
  const path = { provider, id }
  const { receipt } = await call(
    portico.DELETE('/api/integrations/{provider}/credentials/{id}', { params: { path } }),
  )
  await Promise.all([
    refreshCredentials(),
    queryClient.invalidateQueries({ queryKey: revocationsQuery.queryKey }),
  ])
  return receipt
}

export function refreshCredentials(): Promise<void> {
  return queryClient.invalidateQueries({ queryKey: credentialsQuery.queryKey })
}

export async function decideUse(id: string, decision: 'approve' | 'deny'): Promise<void> {
  try {
    await call(
      portico.POST('/api/integrations/approvals/{id}', { params: { path: { id } }, body: { decision } }),
    )
  } finally {
    await queryClient.invalidateQueries({ queryKey: useApprovalsQuery.queryKey })
  }
}

/** What is to be connected at a provider. */
export interface ConnectWish {
  provider: string
  scopes?: readonly string[]
  /** The credential that gets more scopes, or is connected anew. */
  credentialId?: string
  tenant?: string
}

/** Where a browser goes to connect an account; it comes back to /integrations with what came of it. */
export function connectAddress({ provider, scopes, credentialId, tenant }: ConnectWish): string {
  const query = new URLSearchParams({
    ...(scopes !== undefined && { scopes: scopes.join(' ') }),
    ...(credentialId !== undefined && { credentials_id: credentialId }),
    ...(tenant !== undefined && { tenant }),
  })
  const path = `/api/integrations/${encodeURIComponent(provider)}/connect`
  return query.size === 0 ? path : `${path}?${query.toString()}`
}
