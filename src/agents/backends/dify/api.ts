import type { AgentDependencies } from '../../agent.ts'
import type { ServerEvent } from '../../upstream/server-events.ts'
import { askUpstream, askUpstreamForJson, type Upstream } from '../../upstream/upstream.ts'

/** The service API of one Dify app (https://docs.dify.ai/en/api-reference). Its calls throw Failure. */
export interface AppApi {
  get(path: string, query: Readonly<Record<string, string>>): Promise<unknown>
  post(path: string, body: object | FormData): Promise<unknown>
  stream(path: string, body: object): AsyncIterable<ServerEvent>
}

export function createAppApi(
  upstream: Upstream,
  dependencies: Pick<AgentDependencies, 'fetch'>,
  signal: AbortSignal,
): AppApi {
  return {
    get: (path, query) => {
      const call = { path: `${path}?${new URLSearchParams(query).toString()}` }
      return askUpstreamForJson(call, upstream, dependencies, signal)
    },
    post: (path, body) => askUpstreamForJson({ path, body }, upstream, dependencies, signal),
    stream: (path, body) => askUpstream({ path, body }, upstream, dependencies, signal),
  }
}
