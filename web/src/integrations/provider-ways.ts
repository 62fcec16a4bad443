import type { CredentialKind, Provider } from '../api/integrations.ts'

/**
 * The ways in which an account of a provider can be lent, the best first. `oauth2` that is not open comes last, for it
 * waits for an administrator.
 */
export function waysOf(provider: Provider): CredentialKind[] {
  const byHand: CredentialKind[] = [
    ...(provider.supports_api_key ? (['api_key'] as const) : []),
    ...(provider.supports_user_password ? (['user_password'] as const) : []),
    ...(provider.supports_host_scoped ? (['host_scoped'] as const) : []),
  ]
  if (provider.can_connect) return ['oauth2', ...byHand]
  return provider.supports_oauth ? [...byHand, 'oauth2'] : byHand
}

/** Whether a person can connect an account now, without an administrator. */
export function isOpen(provider: Provider): boolean {
  return provider.can_connect || waysOf(provider).some((way) => way !== 'oauth2')
}
