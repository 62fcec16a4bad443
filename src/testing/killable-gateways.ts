import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SimulatedBot } from '../channels/testing/simulated-platform.ts'
import { createTestDatabase, type TestDatabase } from './database.ts'
import { GatewayProcess } from './gateway-process.ts'

/** Gateways in processes of their own that share a database, with an echo for an agent. */
export interface KillableGateways {
  database: TestDatabase
  /** One more, not started. Those that are `alone` take over from the dead at once, the others when a lease ends. */
  prepare(company: 'alone' | 'beside'): Promise<GatewayProcess>
  stop(): Promise<void>
}

/** With one bot for each channel; `leaseMs` is for those that are `beside`. */
export async function createKillableGateways(
  bots: Readonly<Record<string, SimulatedBot>>,
  leaseMs?: number,
): Promise<KillableGateways> {
  const database = await createTestDatabase()
  const directory = await mkdtemp(join(tmpdir(), 'portico-killable-'))
  const config = join(directory, 'portico.yaml')
  const settings = Object.entries(bots).map(([channel, bot]) => [channel, bot.settings])
  const channels = { playground: { enabled: false }, ...Object.fromEntries(settings) } as object
  await writeFile(config, JSON.stringify({ agents: { default: { kind: 'echo' } }, channels }))
  const prepared: GatewayProcess[] = []
  return {
    database,
    async prepare(company) {
      const gateway = await GatewayProcess.prepare({
        args: [
          ...[join(import.meta.dirname, 'killable.ts'), config, JSON.stringify(database.address), company],
          ...(leaseMs === undefined ? [] : [String(leaseMs)]),
        ],
        variables: { PORTICO_DATA_DIR: directory },
        logFile: join(directory, 'log'),
      })
      prepared.push(gateway)
      return gateway
    },
    async stop() {
      await Promise.all(prepared.map((gateway) => gateway.stop()))
      await database.drop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
