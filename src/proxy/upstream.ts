import { isIP, type LookupFunction } from 'node:net'
import type { Readable } from 'node:stream'
import type { Agent } from 'undici'
import { GatewayError } from '../lib/errors.ts'
import { resolveAll } from '../lib/guarded-fetch.ts'
import { isPublicAddress } from '../lib/public-address.ts'
import { proxyErrors } from './errors.ts'
import type { Headers } from './request-headers.ts'

/** The connections to providers, kept alive per origin; each goes to an address that was checked when it was made. */
export interface Upstream {
  /** Throws `host_not_allowed`, `upstream_unreachable`, `upstream_timed_out`, and the reason of `signal`. */
  send(request: UpstreamRequest): Promise<UpstreamAnswer>
  stop(): Promise<void>
}

export interface UpstreamRequest {
  origin: string
  /** Path and query; may hold the secret. */
  path: string
  method: string
  headers: Headers
  body: Readable | Buffer | null
  signal: AbortSignal
}

export interface UpstreamAnswer {
  status: number
  headers: Readonly<Record<string, string | string[] | undefined>>
  body: Readable & { dump(): Promise<void>; bytes(): Promise<Uint8Array> }
}

export interface UpstreamOptions {
  /** Names whose addresses may be private. */
  allowHosts: readonly string[]
  /** All addresses of a name; left out: the system's resolver. */
  resolve?: (name: string) => Promise<readonly string[]>
}

export function createUpstream({ allowHosts, resolve = resolveAll }: UpstreamOptions): Upstream {
  // Loaded by the first request: a start that sends none does not wait for it.
  let opening: Promise<Agent> | undefined
  const open = async () => {
    const { Agent } = await import('undici')
    return new Agent({
      connect: { lookup: guardedLookup(new Set(allowHosts), resolve), timeout: 10_000 },
      headersTimeout: 60_000,
      bodyTimeout: 120_000,
      keepAliveTimeout: 10_000,
      connections: 256,
      pipelining: 1,
      allowH2: false,
    })
  }
  return {
    async send({ origin, path, method, headers, body, signal }) {
      signal.throwIfAborted()
      try {
        const agent = await (opening ??= open())
        const answer = await agent.request({ origin, path, method, headers, body, signal })
        return { status: answer.statusCode, headers: answer.headers, body: answer.body }
      } catch (error) {
        if (signal.aborted) throw signal.reason
        throw refusalOf(error)
      }
    },
    stop: async () => (await opening)?.destroy(),
  }
}

/** Resolves a name once for its connection, and gives the addresses out only when all of them are public. */
function guardedLookup(
  allowed: ReadonlySet<string>,
  resolve: (name: string) => Promise<readonly string[]>,
): LookupFunction {
  const find = async (name: string) => {
    const addresses = await resolve(name)
    const isFine = (address: string) => (allowed.has(name) ? isIP(address) !== 0 : isPublicAddress(address))
    if (addresses.length === 0 || !addresses.every(isFine)) throw proxyErrors.host_not_allowed()
    return addresses.map((address) => ({ address, family: isIP(address) }))
  }
  return (name, options, answer) => {
    find(name).then(
      (found) => {
        const [first] = found
        if (options.all === true) answer(null, found)
        else answer(null, first?.address ?? '', first?.family)
      },
      (error: unknown) => answer(error as Error, ''),
    )
  }
}

const timeouts = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'ETIMEDOUT',
])

/** For the log only the code: what a client library says of a request may quote it. */
function refusalOf(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
  const cause = new Error(`The provider was not reached: ${code}.`)
  return timeouts.has(code)
    ? proxyErrors.upstream_timed_out({ cause })
    : proxyErrors.upstream_unreachable({ cause })
}
