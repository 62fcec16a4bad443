import { lookup } from 'node:dns/promises'
import http from 'node:http'
import https from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { bareName, isPublicAddress } from './public-address.ts'

/**
 * Requests to addresses that people entered. A name is resolved once, every address of it must be a public one, and
 * the connection goes to those addresses and no other, so that a name that changes in between (DNS rebinding) leads
 * nowhere. Redirects are answers like others: nobody follows them. No proxy, no cookie, no connection kept.
 */
export interface GuardedFetch {
  /** Throws GuardedFetchError, and the reason of `signal` where that aborted. */
  (url: string, request: GuardedRequest): Promise<GuardedResponse>
  /** Whether a URL may be called as far as can be said without asking for its address. */
  mayCall(url: string): boolean
}

export interface GuardedRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD'
  headers?: Readonly<Record<string, string>>
  body?: string | Uint8Array
  /** From the first question for an address to the last byte of the answer. */
  timeoutMs: number
  /** How much of the answer's body is read. */
  maxBytes: number
  /** What happens to a longer one: the rest is `cut` off, or the request fails with `too_large`, which is usual. */
  beyond?: 'cut' | 'fail'
  signal?: AbortSignal
}

export interface GuardedResponse {
  status: number
  headers: Readonly<http.IncomingHttpHeaders>
  body: Uint8Array
}

/**
 * `url_refused`: no https URL, or with user name and password. `address_refused`: not a public address.
 * `name_unresolved`: the name has no address. `unreachable`: no connection, or it broke. `tls_failed`: the certificate
 * is not valid for the name. `timed_out`, `too_large`: as the request said.
 */
export type GuardedFetchCode =
  | 'url_refused'
  | 'address_refused'
  | 'name_unresolved'
  | 'unreachable'
  | 'tls_failed'
  | 'timed_out'
  | 'too_large'

/** Says neither the path nor the query of the URL: they may hold secrets. */
export class GuardedFetchError extends Error {
  readonly code: GuardedFetchCode

  constructor(code: GuardedFetchCode, cause?: unknown) {
    super(`The request was not answered: ${code}.`, cause === undefined ? undefined : { cause })
    this.name = 'GuardedFetchError'
    this.code = code
  }
}

export interface GuardedFetchOptions {
  /** Names and literal addresses that may be private, loopback, or called without TLS. */
  allowHosts: readonly string[]
  /** All addresses of a name; left out: the system's resolver. */
  resolve?: (name: string) => Promise<readonly string[]>
}

export function createGuardedFetch({ allowHosts, resolve = resolveAll }: GuardedFetchOptions): GuardedFetch {
  const allowed = new Set(allowHosts.map(bareName))
  const parse = (text: string): URL => {
    const url = URL.canParse(text) ? new URL(text) : undefined
    if (url === undefined || url.username !== '' || url.password !== '')
      throw new GuardedFetchError('url_refused')
    const isAllowed = allowed.has(bareName(url.hostname))
    if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isAllowed))
      throw new GuardedFetchError('url_refused')
    const host = bareName(url.hostname)
    if (!isAllowed && (host === 'localhost' || host.endsWith('.localhost') || isPrivateLiteral(host)))
      throw new GuardedFetchError('address_refused')
    return url
  }
  const addressesOf = async (url: URL): Promise<readonly string[]> => {
    const host = bareName(url.hostname)
    if (isIP(host) !== 0) return [host]
    const addresses = await resolve(host).catch((error: unknown) => {
      throw new GuardedFetchError('name_unresolved', error)
    })
    if (addresses.length === 0) throw new GuardedFetchError('name_unresolved')
    const isFine = (address: string) => (allowed.has(host) ? isIP(address) !== 0 : isPublicAddress(address))
    if (!addresses.every(isFine)) throw new GuardedFetchError('address_refused')
    return addresses
  }

  const call = async (text: string, request: GuardedRequest): Promise<GuardedResponse> => {
    const url = parse(text)
    const late = AbortSignal.timeout(request.timeoutMs)
    const signal = request.signal === undefined ? late : AbortSignal.any([late, request.signal])
    try {
      const addresses = await untilAborted(addressesOf(url), signal)
      return await send(url, addresses, request, signal)
    } catch (error) {
      if (request.signal?.aborted === true) throw request.signal.reason
      if (error instanceof GuardedFetchError) throw error
      if (late.aborted) throw new GuardedFetchError('timed_out')
      throw new GuardedFetchError(isTlsTrouble(error) ? 'tls_failed' : 'unreachable', error)
    }
  }
  return Object.assign(call, {
    mayCall(text: string) {
      try {
        parse(text)
        return true
      } catch {
        return false
      }
    },
  })
}

/** One request over a connection of its own to one of the addresses. */
function send(
  url: URL,
  addresses: readonly string[],
  { method, headers = {}, body, maxBytes, beyond = 'fail' }: GuardedRequest,
  signal: AbortSignal,
): Promise<GuardedResponse> {
  return new Promise((resolve, reject) => {
    const { request } = url.protocol === 'https:' ? https : http
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }
    const outgoing = request(
      url,
      { method, headers: { ...headers, ...length }, agent: false, lookup: pinnedTo(addresses), signal },
      (incoming) => {
        read(incoming, maxBytes, beyond)
          .then((body) => resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body }))
          .catch(reject)
          .finally(() => outgoing.destroy())
      },
    )
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

async function read(
  incoming: http.IncomingMessage,
  maxBytes: number,
  beyond: 'cut' | 'fail',
): Promise<Uint8Array> {
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of incoming as AsyncIterable<Buffer>) {
    pieces.push(piece)
    size += piece.length
    if (size <= maxBytes) continue
    if (beyond === 'fail') throw new GuardedFetchError('too_large')
    break
  }
  return Buffer.concat(pieces).subarray(0, maxBytes)
}

/** Answers every question for an address with those that were checked. */
function pinnedTo(addresses: readonly string[]): LookupFunction {
  const found = addresses.map((address) => ({ address, family: isIP(address) }))
  return (_name, options, answer) => {
    const [first] = found
    if (options.all === true) answer(null, found)
    else answer(null, first?.address ?? '', first?.family)
  }
}

/** All addresses of a name, as the system's resolver has them. */
export async function resolveAll(name: string): Promise<string[]> {
  return (await lookup(name, { all: true, order: 'verbatim' })).map(({ address }) => address)
}

function isPrivateLiteral(host: string): boolean {
  return isIP(host) !== 0 && !isPublicAddress(host)
}

function isTlsTrouble(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return /CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO_VERIFY|EPROTO/.test(code)
}

async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted()
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
    work.then(resolve, reject)
  })
}
