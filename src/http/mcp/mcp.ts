import type { FastifyRequest } from 'fastify'
import type { Mcp } from '../../mcp/mcp.ts'
import type { ProxyCallers } from '../../proxy/proxy.ts'
import type { App } from '../types.ts'

export interface McpRouteDependencies {
  callers: ProxyCallers
  /** Loaded when somebody asks for the first time: no start waits for it. */
  mcp(): Promise<Mcp>
}

/** The Model Context Protocol over streamable HTTP; what it says is the SDK's. */
export function answerMcp(app: App, deps: McpRouteDependencies): void {
  app.route({
    method: ['GET', 'POST', 'DELETE'],
    url: '/mcp',
    config: { access: 'public' },
    schema: { hide: true },
    async handler(request, reply) {
      const caller = await deps.callers.authenticate(request.headers, request.ip)
      const gone = new AbortController()
      reply.raw.once('close', () => gone.abort())
      const answer = await (await deps.mcp()).answer(webRequestOf(request, gone.signal), request.body, caller)
      return reply.send(answer)
    },
  })
}

function webRequestOf(
  { method, headers, url, host, protocol }: FastifyRequest,
  signal: AbortSignal,
): Request {
  const copied = new Headers()
  for (const [name, value] of Object.entries(headers)) {
    // What proves who is calling stays here.
    if (value === undefined || name === 'authorization' || name === 'x-api-key' || name === 'cookie') continue
    for (const one of [value].flat()) copied.append(name, one)
  }
  return new Request(`${protocol}://${host}${url}`, { method, headers: copied, signal })
}
