import { randomBytes } from 'node:crypto'
import { createAudit } from '../../audit/audit.ts'
import { createSignals } from '../../coordination/signals-postgres.ts'
import { createIds } from '../../lib/ids.ts'
import type { Clock } from '../../lib/clock.ts'
import { createLog } from '../../lib/log.ts'
import { sleep } from '../../lib/sleep.ts'
import { createTestDatabase, type TestDatabase } from '../../testing/database.ts'
import { createKeyring, createVault } from '../../vault/vault.ts'
import { createBots, type Bot, type Bots, type NewBot } from '../bots.ts'
import { telegram } from '../telegram/telegram.ts'
import { startTelegramSimulator, type TelegramSimulator } from '../telegram/testing/simulator.ts'
import { startReplica, type Replica } from './replica.ts'

export interface TelegramStage {
  database: TestDatabase
  simulator: TelegramSimulator
  bots: Bots
  save(bot: NewBot): Promise<Bot>
  /** A bot on the simulator, made but not saved. */
  newBot(): NewBot
  /** Starts a replica, which `stop` will stop. */
  replica(name: string, clock?: Clock): Promise<Replica>
  stop(): Promise<void>
}

/** A database with a store of bots, a Telegram, and as many replicas as a test asks for. */
export async function setTelegramStage(): Promise<TelegramStage> {
  const database = await createTestDatabase()
  const simulator = await startTelegramSimulator()
  await database.db.insertInto('workspaces').values({ id: 'wsp_1', name: 'Home' }).execute()
  const ids = createIds(Date.now)
  const replicas: Replica[] = []
  const signals = await createSignals({ database, log: createLog('silent'), sleep })
  const bots = createBots({
    vault: createVault({ keyring: createKeyring(randomBytes(32)) }),
    ids,
    audit: createAudit({ ids, clock: { now: Date.now } }),
    channels: [telegram],
    signals,
    homeWorkspace: async () => 'wsp_1',
  })
  return {
    database,
    simulator,
    bots,
    save: (bot) => database.db.transaction().execute((tx) => bots.save(tx, bot)),
    newBot() {
      const { token, account } = simulator.addBot()
      return {
        id: `bot_${simulator.bots.size}`,
        workspaceId: 'wsp_1',
        channel: 'telegram',
        name: account.username,
        agent: 'guide',
        enabled: true,
        settings: { bot_token: token, bot_username: account.username, api_root: simulator.url },
        source: 'runtime',
      }
    },
    async replica(name, clock) {
      const replica = await startReplica(database, {
        name,
        bots,
        catalogue: [telegram],
        ...(clock && { clock }),
      })
      replicas.push(replica)
      await replica.supervisor.start()
      return replica
    },
    async stop() {
      await Promise.all(replicas.map((replica) => replica.stop()))
      await signals.stop()
      await simulator.stop()
      await database.drop()
    },
  }
}
