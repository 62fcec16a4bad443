import { createMcpHandler, McpServer, type McpRequestContext } from '@modelcontextprotocol/server'
import type { Catalogue, Credentials } from '../integrations/integrations.ts'
import type { Log } from '../lib/log.ts'
import type { Asker, Proxy, ProxyCaller } from '../proxy/proxy.ts'
import { callIntegration } from './call-integration.ts'
import { connectIntegration } from './connect-integration.ts'
import { listIntegrations } from './list-integrations.ts'

/**
 * A person's integrations as tools of the Model Context Protocol over streamable HTTP, for revision 2026-07-28 and
 * those of 2025. Every request stands alone: nothing is kept between two, so any replica answers any of them.
 */
export interface Mcp {
  /** Answers one HTTP request, of which `body` was read, in the name of a caller who was authenticated before. */
  answer(request: Request, body: unknown, caller: ProxyCaller): Promise<Response>
  stop(): Promise<void>
}

export interface McpDependencies {
  catalogue: Catalogue
  credentials: Pick<Credentials, 'list' | 'use'>
  proxy: Proxy
  asker: Pick<Asker, 'toConnect'>
  /** What people know this server by. */
  product: string
  version: string
  log: Log
}

/** A tool as all of them are: its own function adds it to a server that serves one caller. */
export type AddTool = (server: McpServer, deps: McpDependencies, caller: ProxyCaller) => void

const tools: readonly AddTool[] = [listIntegrations, connectIntegration, callIntegration]

export function createMcp(deps: McpDependencies): Mcp {
  const handler = createMcpHandler((context) => serverFor(deps, callerOf(context)), {
    onerror: (error) => deps.log.debug({ err: error }, 'an MCP request was refused'),
  })
  return {
    answer(request, body, caller) {
      const authInfo = { token: '', clientId: caller.agent, scopes: [], extra: { caller } }
      return handler.fetch(request, { authInfo, ...(body === undefined ? {} : { parsedBody: body }) })
    },
    stop: () => handler.close(),
  }
}

function serverFor(deps: McpDependencies, caller: ProxyCaller): McpServer {
  const server = new McpServer(
    { name: deps.product, version: deps.version },
    {
      instructions:
        'Tools to use the accounts that the person has lent: list what is connected, ask for a connection, send a ' +
        'request. Secrets are added on the way; never ask the person for one. A link that a tool returns is for the ' +
        'person: show it as it is.',
    },
  )
  for (const add of tools) add(server, deps, caller)
  return server
}

/** It was put there by `answer`, and no request can. */
function callerOf({ authInfo }: McpRequestContext): ProxyCaller {
  const caller = authInfo?.extra?.['caller']
  if (caller === undefined) throw new Error('An MCP request was served without its caller.')
  return caller as ProxyCaller
}
