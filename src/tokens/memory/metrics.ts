import { Counter, Gauge, type Registry } from 'prom-client'
import type { KnownTokens } from './known-tokens.ts'
import type { Loads } from './loads.ts'

/** What this replica knows, how often it had to ask, and how far it has followed. */
export function measureMemory(registry: Registry, tokens: KnownTokens, loads: Loads): void {
  const registers = [registry]
  new Gauge({
    name: 'portico_tokens_in_memory',
    help: 'API tokens that are known without asking the database',
    registers,
    collect() {
      this.set(tokens.size)
    },
  })
  new Gauge({
    name: 'portico_token_log_revision',
    help: 'How far the log of API tokens is followed',
    registers,
    collect() {
      this.set(tokens.applied)
    },
  })
  let counted = 0
  new Counter({
    name: 'portico_token_loads_total',
    help: 'API tokens that the database was asked for',
    registers,
    collect() {
      this.inc(loads.begun - counted)
      counted = loads.begun
    },
  })
}
