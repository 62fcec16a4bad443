import type { FastifyRequest } from 'fastify'
import type { AuditActor } from '../../audit/audit.ts'
import {
  integrationErrors,
  type Catalogue,
  type Initiator,
  type Wanted,
} from '../../integrations/integrations.ts'
import { callerOf } from '../types.ts'

/** Who begins or ends a way to an account. */
export function initiatorOf(request: FastifyRequest): Initiator {
  const { workspaceId, userId, token } = callerOf(request)
  return {
    workspaceId,
    userId,
    tokenId: token?.id ?? null,
    callbackOrigins: token?.callbackOrigins ?? null,
  }
}

/** With the token of another issuer there is no session by which the browser is known when it comes back. */
export function refuseWithoutSession(request: FastifyRequest): void {
  if (callerOf(request).kind === 'jwt') throw integrationErrors.oauth_needs_session()
}

/** Who the record says did it: the program where there is one. */
export function actorOf(request: FastifyRequest): AuditActor {
  const { userId, token } = callerOf(request)
  return token === undefined ? { kind: 'user', id: userId } : { kind: 'api_token', id: token.id }
}

/** As a request names what it wants, see `wantedFields`. */
interface WantedFields {
  scopes?: readonly string[]
  credentials_id?: string
  tenant?: string
}

export async function wantedOf(
  catalogue: Catalogue,
  provider: string,
  { scopes, credentials_id, tenant }: WantedFields,
): Promise<Wanted> {
  return {
    provider,
    ...(scopes !== undefined && { scopes }),
    ...(credentials_id !== undefined && { credentialId: credentials_id }),
    ...(await tenantOf(catalogue, provider, tenant)),
  }
}

/** A provider has at most one variable that people fill in, so its value needs no name over HTTP. */
export async function tenantOf(
  catalogue: Catalogue,
  provider: string,
  value: string | undefined,
): Promise<{ tenant?: Record<string, string> }> {
  if (value === undefined) return {}
  const variable = (await catalogue.find(provider))?.tenant?.var
  return variable === undefined ? {} : { tenant: { [variable]: value } }
}
