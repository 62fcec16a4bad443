import type { Agent } from '../agents/agent.ts'
import type { ChannelDefinition } from '../channels/channel.ts'
import type { Config } from '../config/config.ts'
import type { Secrets } from '../config/secrets.ts'
import type { RateLimits } from '../http/server.ts'
import type { Passwords } from '../identity/identity.ts'
import { systemClock, type Clock } from '../lib/clock.ts'
import { createIds } from '../lib/ids.ts'
import type { Log } from '../lib/log.ts'
import { sleep, type Sleep } from '../lib/sleep.ts'
import type { DatabaseAddress } from '../storage/database.ts'
import type { Pace } from '../proxy/proxy.ts'

export interface AppOptions {
  config: Config
  secrets: Secrets
  log: Log
  version: string
  /** An open server: the embedded one's, or the configured. */
  database: DatabaseAddress
  /** No other replica can be on this database, as with the embedded one: what a killed one held is taken over at once. */
  isAlone?: boolean
  /** Where the built console lies. */
  consoleDirectory: string
  /** What tests and benchmarks replace or add. */
  overrides?: AppOverrides
}

export interface AppOverrides {
  clock?: Clock
  sleep?: Sleep
  fetch?: typeof fetch
  replica?: string
  /** How long what a replica holds outlives its death. */
  leaseMs?: number
  /** Beside the catalogue, or instead of one of the same name. */
  channels?: readonly ChannelDefinition[]
  rateLimits?: RateLimits
  passwords?: Passwords
  /** How fast one credential may be used. */
  credentialPace?: Pace
  /** Beside the configured ones, or instead of one of the same name. */
  agents?: ReadonlyMap<string, Agent>
}

/** What every module is handed of the world outside. */
export function toolsOf({ clock = systemClock, ...overrides }: AppOverrides) {
  const ids = createIds(() => clock.now())
  return {
    clock,
    ids,
    sleep: overrides.sleep ?? sleep,
    fetch: overrides.fetch ?? fetch,
    replica: overrides.replica ?? ids('rep'),
    ...(overrides.credentialPace && { credentialPace: overrides.credentialPace }),
  }
}
