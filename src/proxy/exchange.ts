import { fillText } from '../integrations/integrations.ts'
import { proxyErrors } from './errors.ts'
import { inject, type Injected } from './injection.ts'
import { askToConnect } from './obtain.ts'
import { headersToSend } from './request-headers.ts'
import { decide, isSafe } from './rules.ts'
import { mayReach, normalised } from './target.ts'
import type { UpstreamAnswer } from './upstream.ts'
import { needOf, type Ready, type Use, type UseDependencies } from './use.ts'

export interface Exchanged extends Ready {
  answer: UpstreamAnswer
  /** All that must not come back. */
  secrets: readonly string[]
  /** The provider did not take the credential, which was renewed; a request that writes must be sent again. */
  isRenewed: boolean
}

const maxRedirects = 5

/**
 * Sends the request. Where the provider does not take the credential (401) that is renewed, and a request that only
 * reads is sent once more; one that writes is left to its caller.
 */
export async function exchange(deps: UseDependencies, use: Use, ready: Ready): Promise<Exchanged> {
  const first = await follow(deps, use, ready)
  if (first.answer.status !== 401) return first
  const found = await deps.credentials.renew(needOf(use), ready.credential)
  if (found.kind === 'connect_required' || found.kind === 'reconnect_required') {
    await drop(first.answer)
    const impatient = { mayWait: false, next: async () => false, end: () => undefined }
    await askToConnect(deps, { ...use, patience: impatient }, found)
  }
  if (found.kind !== 'found' || found.credential.version === ready.credential.version) return first
  if (!isSafe(use.request.method) || !use.body.isRepeatable) return { ...first, isRenewed: true }
  await drop(first.answer)
  const second = await follow(deps, use, { ...ready, credential: found.credential })
  return { ...second, secrets: [...first.secrets, ...second.secrets], isRenewed: true }
}

/** Redirects of requests that only read are followed, as long as the credential may go there too. */
async function follow(
  deps: UseDependencies,
  use: Use,
  { credential, url: start }: Ready,
): Promise<Exchanged> {
  const injected = inject(use.provider, credential)
  const { name } = injected.query ?? {}
  if (name !== undefined && hasParameter(start, name))
    throw proxyErrors.target_invalid({ detail: `The parameter ${name} is set by Portico.` })
  for (let [url, hops] = [start, 0]; ; hops++) {
    const answer = await sendOnce(deps, use, { credential, url }, injected)
    const location = locationOf(use, answer)
    if (location === undefined)
      return { answer, credential, url, secrets: injected.secrets, isRenewed: false }
    await drop(answer)
    if (hops === maxRedirects)
      throw proxyErrors.redirect_refused({ detail: 'The provider redirects without end.' })
    url = redirected(deps, use, { credential, url }, location, name)
  }
}

function sendOnce(
  deps: UseDependencies,
  { provider, request, passed, body: requestBody }: Use,
  { credential, url }: Ready,
  injected: Injected,
): Promise<UpstreamAnswer> {
  const values = { ...credential.learned, ...credential.tenant, client_id: provider.client?.id ?? '' }
  const usual: Record<string, string> = {}
  for (const [name, text] of Object.entries(provider.api_headers ?? {})) usual[name] = fillText(text, values)
  const { body, length } = requestBody.payload()
  const { query } = injected
  const parameter = query && `${encodeURIComponent(query.name)}=${encodeURIComponent(query.value)}`
  const search = [url.search.slice(1), parameter]
    .filter((part) => part !== undefined && part !== '')
    .join('&')
  return deps.upstream.send({
    origin: url.origin,
    path: search === '' ? url.pathname : `${url.pathname}?${search}`,
    method: request.method,
    headers: {
      ...headersToSend(passed, usual, injected),
      ...(length !== undefined && { 'content-length': String(length) }),
    },
    body,
    signal: request.signal,
  })
}

function locationOf(
  { request: { method }, body }: Use,
  { status, headers }: UpstreamAnswer,
): string | undefined {
  if (!body.isRepeatable) return undefined
  const isFollowed = [301, 302, 303, 307, 308].includes(status) && (method === 'GET' || method === 'HEAD')
  const { location } = headers
  return isFollowed && typeof location === 'string' ? location : undefined
}

/** Where a redirect leads, if the credential may go there and the rules allow the path. Throws `redirect_refused`. */
function redirected(
  { allowHosts, rules }: UseDependencies,
  { provider, caller, request }: Use,
  { credential, url }: Ready,
  location: string,
  injectedName: string | undefined,
): URL {
  if (!URL.canParse(location, url.href)) throw proxyErrors.redirect_refused()
  const next = cleaned(new URL(location, url), injectedName)
  const judged = { agent: caller.agent, method: request.method, pathname: next.pathname }
  const isFine =
    !(url.protocol === 'https:' && next.protocol !== 'https:') &&
    mayReach(provider, credential, next, allowHosts) &&
    decide(rules, provider, judged) === 'allow'
  if (!isFine) throw proxyErrors.redirect_refused()
  return next
}

function cleaned(url: URL, injectedName: string | undefined): URL {
  if (injectedName !== undefined && hasParameter(url, injectedName)) url.searchParams.delete(injectedName)
  try {
    return normalised(url)
  } catch (cause) {
    throw proxyErrors.redirect_refused({ cause })
  }
}

function hasParameter(url: URL, name: string): boolean {
  return [...url.searchParams.keys()].some((key) => key.toLowerCase() === name.toLowerCase())
}

/** What nobody reads must not hold its connection. */
async function drop({ body }: UpstreamAnswer): Promise<void> {
  await body.dump().catch(() => undefined)
}
