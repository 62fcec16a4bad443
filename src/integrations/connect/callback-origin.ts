import { isLoopback } from '../../identity/identity.ts'
import { integrationErrors } from '../errors.ts'

/**
 * Throws unless the origin of a callback URL is on the list of the deployment and, where the token has one, on that of
 * the token: the same scheme, host and port. A loopback host stands for all of its ports, for programs on the person's
 * own machine take what is free (RFC 8252, 7.3). The path is the application's; what is allowed is not disclosed.
 */
export function assertCallbackAllowed(
  callbackUrl: string,
  ofDeployment: readonly string[],
  ofToken: readonly string[] | null,
): void {
  const url = plainUrl(callbackUrl)
  const isIn = (origins: readonly string[]) => origins.some((origin) => isOfOrigin(url, origin))
  if (url === undefined || !isIn(ofDeployment) || (ofToken !== null && !isIn(ofToken)))
    throw integrationErrors.callback_origin_refused()
}

function isOfOrigin(url: URL | undefined, entry: string): boolean {
  const allowed = plainUrl(entry)
  if (url === undefined || allowed === undefined) return false
  // More than an origin is a mistake of whoever wrote it, and would promise a limit that nobody keeps.
  if (entry.toLowerCase() !== allowed.origin && entry.toLowerCase() !== `${allowed.origin}/`) return false
  if (isLoopback(allowed.hostname))
    return url.protocol === allowed.protocol && url.hostname === allowed.hostname
  return url.origin === allowed.origin
}

/**
 * Without user name and fragment, of which the first fools readers and the second reaches nobody; without the
 * characters that URL parsers drop or turn, so that everybody reads the same host.
 */
function plainUrl(text: string): URL | undefined {
  if (!/^https?:\/\/[^\s\\#@]+$/i.test(text) || !URL.canParse(text)) return undefined
  const url = new URL(text)
  return url.username === '' && url.password === '' ? url : undefined
}
