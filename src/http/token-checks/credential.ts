import type { IncomingHttpHeaders } from 'node:http'
import { identityErrors } from '../../identity/identity.ts'

/** What a request calls itself by: Authorization goes before X-API-Key. Throws `bearer_missing` where there is neither. */
export function credentialOf({ authorization, 'x-api-key': key }: IncomingHttpHeaders): string {
  const credential = authorization === undefined ? key : bearerOf(authorization)
  if (typeof credential !== 'string') throw identityErrors.bearer_missing()
  return credential
}

/** The scheme in any case, then any white space. */
function bearerOf(authorization: string): string | undefined {
  return /^bearer\s+(\S.*)$/i.exec(authorization)?.[1]
}

/**
 * The same for OAuth clients, of which many can only send a secret as the password of Basic, in the encoding of forms
 * (RFC 6749, 2.3.1). The name is not looked at.
 */
export function clientCredentialOf(headers: IncomingHttpHeaders): string {
  const basic = /^basic\s+(\S+)$/i.exec(headers.authorization ?? '')?.[1]
  if (basic === undefined) return credentialOf(headers)
  const pair = Buffer.from(basic, 'base64').toString()
  const password = pair.slice(pair.indexOf(':') + 1)
  try {
    return decodeURIComponent(password.replaceAll('+', ' '))
  } catch {
    return password
  }
}
