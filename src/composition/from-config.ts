import type { FileBot } from '../channels/bots.ts'
import type { Config } from '../config/config.ts'
import type { GrantLimits } from '../grants/grants.ts'
import type { BusyRules } from '../conversations/conversations.ts'

/** The bots of the configuration file; the playground is there unless the file switches it off. */
export function fileBotsOf({ channels, productName }: Config): FileBot[] {
  const named = { playground: { enabled: true, agent: 'default', settings: {} }, ...channels }
  return Object.entries(named).map(([channel, bot]) => ({
    channel,
    name: channel === 'playground' ? productName : channel,
    ...bot,
  }))
}

/** Whether people may connect on a channel. */
export function canConnect({ channelConnections: { enabled, channels } }: Config, name: string): boolean {
  return enabled && channels[name]?.enabled !== false
}

/** Where browsers and platforms reach Portico. */
export function publicUrlOf({ server }: Config): string {
  return server.publicUrl ?? `http://${server.host}:${server.port}`
}

/** The kinds of the configured agents by their names, and those that stand in for them. */
export function agentKindsOf({ agents }: Config, others: Iterable<string> = []): ReadonlyMap<string, string> {
  const configured = Object.entries(agents).map(([name, { kind }]) => [name, kind] as const)
  return new Map([...[...others].map((name) => [name, 'custom'] as const), ...configured])
}

/** What happens to messages that arrive while an agent answers; undefined for an unknown agent. */
export function busyRulesOf({ agents }: Config, name: string): BusyRules | undefined {
  const agent = agents[name]
  return agent === undefined ? undefined : { mode: agent.busy, limit: agent.queueLimit }
}

/** What the grant of an agent's turn is good for; one that is not of the configuration has the usual limits. */
export function grantLimitsOf({ agents }: Config, name: string): GrantLimits {
  const { providers = null, methods = null, calls } = agents[name]?.integrations ?? { calls: 1_000 }
  return { providers, methods, calls }
}
