import type { IncomingMessage, ServerResponse } from 'node:http'
import { Type } from 'typebox'
import {
  waitMsOf,
  type Proxy,
  type ProxyAnswer,
  type ProxyCallers,
  type ProxyRequest,
} from '../../proxy/proxy.ts'
import { answers } from '../schemas.ts'
import type { App } from '../types.ts'

/**
 * The one route by which credentials are used. It knows its callers by itself: a grant is checked without a query, and
 * cookies count for nothing. Bodies stream through in both directions as they are.
 */
export function useCredential(app: App, { proxy, callers }: { proxy: Proxy; callers: ProxyCallers }): void {
  const { hot } = app
  hot.add({
    methods: ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'],
    url: '/proxy/:provider/*',
    pattern: /^\/proxy\/[a-z0-9_-]+\//,
    isTold: true,
    schema: {
      summary: 'Sends a request to a provider with a person’s credential',
      tags: ['proxy'],
      params: Type.Object({ provider: Type.String(), '*': Type.String() }),
      response: answers({ 200: Type.Any() }, [400, 401, 403, 404, 409, 413, 429, 501, 502, 503, 504]),
    },
    async answer(request, response) {
      const caller = await callers.authenticate(request.headers, hot.addressOf(request))
      const gone = new AbortController()
      response.once('close', () => {
        if (!response.writableFinished) gone.abort()
      })
      await answerWith(response, await proxy.send(caller, askedOf(request, gone.signal)))
    },
  })
}

/** The path as it came: what a router decodes could mean another one. */
function askedOf(request: IncomingMessage, signal: AbortSignal): ProxyRequest {
  const { url = '', method = 'GET', headers } = request
  const [, provider = '', path = ''] = /^\/[^/]*\/([^/]*)\/(.*)$/s.exec(url) ?? []
  const chosen = headers['x-portico-credential']
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
  return {
    provider: decodeURIComponent(provider),
    method,
    path,
    headers,
    body: hasBody ? request : null,
    ...(typeof chosen === 'string' && { credentialId: chosen }),
    waitMs: waitMsOf(headers.prefer),
    signal,
  }
}

/** The head goes out at once where the body may take its time. A body that fails takes the connection with it. */
async function answerWith(response: ServerResponse, { status, headers, body }: ProxyAnswer): Promise<void> {
  if (response.destroyed) {
    body.destroy()
    return
  }
  const closed = new Promise<void>((resolve) => response.once('close', resolve))
  response.once('close', () => body.destroy())
  response.writeHead(status, headers)
  if (headers['content-length'] === undefined) response.flushHeaders()
  if (body.errored === null) body.once('error', () => response.destroy()).pipe(response)
  else response.destroy()
  await closed
}
