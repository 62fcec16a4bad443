import type { FastifyReply, FastifyRequest } from 'fastify'
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
  void app.register(async (raw: App) => {
    raw.removeAllContentTypeParsers()
    raw.addContentTypeParser('*', (_request, _body, done) => done(null))
    raw.route({
      method: ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'],
      url: '/proxy/:provider/*',
      exposeHeadRoute: false,
      config: { access: 'public' },
      schema: {
        summary: 'Sends a request to a provider with a person’s credential',
        tags: ['proxy'],
        params: Type.Object({ provider: Type.String(), '*': Type.String() }),
        response: answers({ 200: Type.Any() }, [400, 401, 403, 404, 409, 413, 429, 501, 502, 503, 504]),
      },
      async handler(request, reply) {
        const caller = await callers.authenticate(request.headers, request.ip)
        const gone = new AbortController()
        reply.raw.once('close', () => {
          if (!reply.raw.writableFinished) gone.abort()
        })
        const asked = askedOf(request, request.params.provider, gone.signal)
        await answerWith(reply, await proxy.send(caller, asked))
      },
    })
  })
}

/** The path as it came: what the router decoded could mean another one. */
function askedOf(
  { raw, headers, method }: FastifyRequest,
  provider: string,
  signal: AbortSignal,
): ProxyRequest {
  const chosen = headers['x-portico-credential']
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
  return {
    provider,
    method,
    path: /^\/[^/]*\/[^/]*\/(.*)$/s.exec(raw.url ?? '')?.[1] ?? '',
    headers,
    body: hasBody ? raw : null,
    ...(typeof chosen === 'string' && { credentialId: chosen }),
    waitMs: waitMsOf(headers.prefer),
    signal,
  }
}

/** The head goes out at once where the body may take its time. A body that fails takes the connection with it. */
async function answerWith(reply: FastifyReply, { status, headers, body }: ProxyAnswer): Promise<void> {
  const { raw } = reply
  reply.hijack()
  if (raw.destroyed) {
    body.destroy()
    return
  }
  const closed = new Promise<void>((resolve) => raw.once('close', resolve))
  raw.once('close', () => body.destroy())
  for (const [name, value] of Object.entries(reply.getHeaders()))
    if (value !== undefined) raw.setHeader(name, value)
  raw.writeHead(status, headers)
  if (headers['content-length'] === undefined) raw.flushHeaders()
  if (body.errored === null) body.once('error', () => raw.destroy()).pipe(raw)
  else raw.destroy()
  await closed
}
