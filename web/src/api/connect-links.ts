import { call, PorticoError } from '@portico/sdk'
import { queryOptions } from '@tanstack/react-query'
import type { Answer } from './answer.ts'
import { portico } from './client.ts'

/** What a link from a chat would connect. Throws what `endOfConnectLink` knows for one that leads nowhere. */
export const connectLinkQuery = (token: string) =>
  queryOptions({
    queryKey: ['connect-link', token],
    queryFn: () => call(portico.GET('/api/integrations/links/{token}', { params: { path: { token } } })),
    // What stands on the page while a person decides must not change under their finger.
    staleTime: Infinity,
  })

export type ConnectLink = Answer<ReturnType<typeof connectLinkQuery>>

/** Why a link leads nowhere. */
export type ConnectLinkEnd = 'used' | 'expired' | 'unknown'

/** By the code of the refusal. */
export const connectLinkEnds: Readonly<Record<string, ConnectLinkEnd | undefined>> = {
  connect_link_used: 'used',
  connect_link_expired: 'expired',
  connect_link_not_found: 'unknown',
  validation_failed: 'unknown',
}

/** Undefined for failures that say nothing about the link. */
export function endOfConnectLink(error: Error | null): ConnectLinkEnd | undefined {
  return error instanceof PorticoError ? connectLinkEnds[error.code] : undefined
}

/** Answers where the provider asks for the person's word. */
export async function beginConnectLink(token: string, tenant?: string): Promise<string> {
  const { login_url } = await call(
    portico.POST('/api/integrations/links/{token}/begin', {
      params: { path: { token } },
      body: tenant === undefined ? null : { tenant },
    }),
  )
  return login_url
}
