import type { ApiToken } from '../api/tokens.ts'

/** A line that tries a token at once; undefined where none of its permissions opens a plain request. */
export function curlLine(
  origin: string,
  { type, permissions }: ApiToken,
  secret: string,
): string | undefined {
  const header = `-H "Authorization: Bearer ${secret}"`
  if (type !== 'agent') return undefined
  if (permissions.includes('CHAT')) return `curl ${origin}/api/conversations ${header}`
  if (permissions.includes('READ_INTEGRATIONS'))
    return `curl ${origin}/external-api/v1/integrations/credentials ${header}`
  if (permissions.includes('USE_INTEGRATIONS')) return `curl ${origin}/proxy/github/user ${header}`
  return undefined
}
