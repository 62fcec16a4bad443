import { PorticoError } from './errors.ts'

/** A turn's right to call Portico, as it comes to an agent. */
export interface Grant {
  token: string
  url: string
}

export interface UseInit extends RequestInit {
  /** How long to wait where the person must connect or approve first, in seconds; left out: 240. */
  waitSeconds?: number
  /** One of several accounts; left out: the one that was connected last. */
  credentialId?: string
}

/** Like `fetch`, at a provider: `path` is what follows the address of its API, or a whole URL. */
export type UseAccount = (provider: string, path: string, init?: UseInit) => Promise<Response>

/** Below the five minutes for which Node's `fetch` waits for an answer. */
const usualWaitSeconds = 240

/**
 * Sends requests with the accounts of the person whose turn it is, through Portico's proxy:
 * `const use = accountsOf(grant); const me = await (await use('github', 'user')).json()`.
 *
 * Answers are the provider's, its refusals too. Where Portico itself refuses it is a PorticoError, such as
 * `approval_denied`, or `connect_required` when nobody connected in time.
 */
export function accountsOf(
  grant: Grant,
  { fetch: send = fetch }: { fetch?: (url: string, init: RequestInit) => Promise<Response> } = {},
): UseAccount {
  return async (provider, path, { waitSeconds = usualWaitSeconds, credentialId, ...init } = {}) => {
    const headers = new Headers(init.headers)
    headers.set('authorization', `Bearer ${grant.token}`)
    headers.set('prefer', `wait=${waitSeconds}`)
    if (credentialId !== undefined) headers.set('x-portico-credential', credentialId)
    const address = `${grant.url.replace(/\/$/, '')}/proxy/${encodeURIComponent(provider)}/${path.replace(/^\//, '')}`
    const response = await send(address, { ...init, headers })
    const refusal = await refusalIn(response)
    if (refusal !== undefined) throw new PorticoError(response, refusal)
    return response
  }
}

/** What Portico says itself; providers have such answers too, of types of their own. */
async function refusalIn(response: Response): Promise<unknown> {
  const type = response.headers.get('content-type') ?? ''
  if (response.ok || !type.startsWith('application/problem+json')) return undefined
  const body = (await response
    .clone()
    .json()
    .catch(() => undefined)) as { type?: unknown } | null | undefined
  return typeof body?.type === 'string' && body.type.startsWith('urn:portico:error:') ? body : undefined
}
