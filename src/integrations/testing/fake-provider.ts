import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { randomBytes } from 'node:crypto'
import type { Catalogue, ConfiguredProvider } from '../catalogue.ts'

export interface FakeProviderOptions {
  id?: string
  /** What a refresh token that was used already leads to: a refusal, or once more new tokens. */
  spent?: 'refused' | 'grace'
  /** Whether using one twice ends all tokens that came of it. */
  killsFamily?: boolean
  expiresInS?: number
}

interface Family {
  live: string | undefined
  spent: Set<string>
  access: Set<string>
}

export interface Tokens {
  accessToken: string
  refreshToken: string
}

/**
 * An authorization server on loopback whose refresh tokens work once, and that can be as slow, forgetful and unreachable
 * as real ones: https://datatracker.ietf.org/doc/html/rfc9700#section-4.14.2
 */
export async function startFakeProvider(options: FakeProviderOptions = {}) {
  const behaviour = { spent: 'refused', killsFamily: false, expiresInS: 3_600, ...options }
  const families: Family[] = []
  const counts = { tokens: 0, reuses: 0, refused: 0 }
  const revoked: string[] = []
  /** What happens to the next answers about tokens, in this order. */
  const troubles: ((send: () => void, response: http.ServerResponse) => void)[] = []
  const failures: number[] = []
  let isRevokeDown = false

  const issue = (family: Family): Tokens => {
    const accessToken = `at_${randomBytes(12).toString('hex')}`
    const refreshToken = `rt_${randomBytes(12).toString('hex')}`
    if (family.live !== undefined) family.spent.add(family.live)
    family.live = refreshToken
    family.access.add(accessToken)
    return { accessToken, refreshToken }
  }
  const grant = (): Tokens => {
    const family: Family = { live: undefined, spent: new Set(), access: new Set() }
    families.push(family)
    return issue(family)
  }
  const rotate = (refreshToken: string): Tokens | undefined => {
    const family = families.find(({ live, spent }) => live === refreshToken || spent.has(refreshToken))
    if (family === undefined) return undefined
    if (family.live === refreshToken) return issue(family)
    counts.reuses++
    if (behaviour.spent === 'grace' && family.live !== undefined) return issue(family)
    if (behaviour.killsFamily) {
      family.live = undefined
      family.access.clear()
    }
    return undefined
  }

  const answerTokens = (params: URLSearchParams, response: http.ServerResponse) => {
    counts.tokens++
    const failure = failures.shift()
    if (failure !== undefined) {
      response.writeHead(failure).end('out of order')
      return
    }
    const isProgram = params.get('grant_type') === 'client_credentials'
    const given = isProgram ? grant() : rotate(params.get('refresh_token') ?? '')
    if (given === undefined) counts.refused++
    const body =
      given === undefined
        ? { error: 'invalid_grant', error_description: `no ${params.get('refresh_token') ?? ''}` }
        : {
            access_token: given.accessToken,
            ...(!isProgram && { refresh_token: given.refreshToken }),
            token_type: 'bearer',
            expires_in: behaviour.expiresInS,
          }
    const send = () => {
      if (response.destroyed) return
      response.writeHead(given === undefined ? 400 : 200, { 'content-type': 'application/json' })
      response.end(JSON.stringify(body))
    }
    const trouble = troubles.shift()
    if (trouble === undefined) send()
    else trouble(send, response)
  }
  const answerRevocation = (params: URLSearchParams, response: http.ServerResponse) => {
    if (isRevokeDown) {
      response.destroy()
      return
    }
    const token = params.get('token') ?? ''
    revoked.push(token)
    for (const family of families) {
      family.access.delete(token)
      if (family.live === token) family.live = undefined
    }
    response.writeHead(200).end()
  }

  const server = http.createServer((request, response) => {
    void (async () => {
      let body = ''
      for await (const piece of request) body += String(piece)
      const params = new URLSearchParams(body)
      if (request.url === '/token') answerTokens(params, response)
      else if (request.url === '/revoke') answerRevocation(params, response)
      else response.writeHead(404).end()
    })()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  return {
    url,
    counts,
    revoked,
    provider: entryFor(options.id ?? 'fake', url),
    /** The tokens of a new connecting. */
    grant,
    /** Whether a token would still be taken. */
    isLive: (token: string) => families.some(({ live, access }) => live === token || access.has(token)),
    /** The next answer is made, and waits until it is released; `made` tells when it is there. */
    hold() {
      let release = () => {}
      const made = new Promise<void>((resolve) =>
        troubles.push((send) => {
          release = send
          resolve()
        }),
      )
      return { made, release: () => release() }
    },
    /** The next answer is made, and the connection breaks before it is sent. */
    loseNext: () => void troubles.push((_send, response) => response.destroy()),
    /** Forgets all that it ever gave, as when a person ends the access there. */
    forget: () => void (families.length = 0),
    /** The next answers, and no others, are errors for which nothing is rotated. */
    failNext(count: number, status = 503) {
      failures.splice(0)
      failures.push(...Array.from({ length: count }, () => status))
    },
    setRevokeDown: (isDown: boolean) => void (isRevokeDown = isDown),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

export type FakeProvider = Awaited<ReturnType<typeof startFakeProvider>>

function entryFor(id: string, url: string): ConfiguredProvider {
  return {
    id,
    name: 'Fake',
    category: 'dev',
    api_hosts: ['127.0.0.1'],
    authorize_url: `${url}/authorize`,
    token_url: `${url}/token`,
    token_auth: 'post',
    refresh: { rotation: 'rotates', refresh_ttl_s: 7 * 24 * 3_600 },
    revoke: { url: `${url}/revoke`, method: 'POST', client_auth: 'post', token: 'both', effect: 'token' },
    manage_url: 'https://fake.example/apps',
    evidence: ['made for tests'],
    checked_on: '2026-11-21',
    confidence: 'high',
    client: { id: 'portico', secret: 'client-secret' },
  }
}

/** The usual catalogue in small: some entries, in memory. */
export function catalogueOf(...entries: ConfiguredProvider[]): Catalogue {
  return {
    find: (id) => Promise.resolve(entries.find((entry) => entry.id === id)),
    list: () => Promise.resolve(entries),
  }
}
