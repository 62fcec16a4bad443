/** What the provider's page led back to, see `connectAddress`. */
export type Outcome =
  | { kind: 'connected'; credentialId: string }
  /** `provider` is empty where it is not known whose page it was. */
  | { kind: 'refused'; provider: string; code: string }

/** Read from the page's address; undefined: nobody comes back from anywhere. */
export function readOutcome(search: string): Outcome | undefined {
  const query = new URLSearchParams(search)
  const credentialId = query.get('connected')
  if (credentialId !== null) return { kind: 'connected', credentialId }
  const provider = query.get('refused')
  return provider === null ? undefined : { kind: 'refused', provider, code: query.get('code') ?? '' }
}

/** Codes that people can do something about, or should know what they mean. */
const known = [
  'access_denied',
  'account_differs',
  'oauth_browser_differs',
  'oauth_exchange_refused',
  'oauth_not_configured',
  'oauth_state_invalid',
  'provider_unreachable',
  'tenant_invalid',
  'too_many_credentials',
  'too_many_oauth_states',
] as const

export type RefusalWord = (typeof known)[number] | 'other'

export function refusalWord(code: string): RefusalWord {
  return known.find((one) => one === code) ?? 'other'
}
