import type { Audit } from '../audit/audit.ts'
import type { Signals } from '../coordination/signals.ts'
import type { NewId } from '../lib/ids.ts'
import type { Db, Tx } from '../storage/database.ts'
import type { Vault } from '../vault/vault.ts'
import { botOf, buryBot, identifyBots, writeBot } from './bot-rows.ts'
import { createDamageRecorder } from './bot-secrets.ts'
import { syncFileBots } from './bot-sync.ts'
import type { BotRules } from './bot-rules.ts'
import type { BotSettings, ChannelDefinition } from './channel.ts'

export { peekBots } from './bot-rows.ts'

/** One configured account on a channel, its secrets opened. */
export interface Bot {
  id: string
  workspaceId: string
  channel: string
  name: string
  /** The name of the agent that answers here. */
  agent: string
  enabled: boolean
  settings: BotSettings
  rules: BotRules
  source: 'file' | 'runtime'
  revision: number
  /**
   * Its stored secrets were changed from outside and do not open: `settings` lacks them and `enabled` is false,
   * so that it does not run, until its credentials are saved anew.
   */
  damaged?: true
}

/** What a message that came through a bot needs to know of it. */
export type BotIdentity = Pick<Bot, 'id' | 'channel' | 'agent'>
export type IdentifiedBot = BotIdentity & Pick<Bot, 'rules'>

/** Rules that are left out are the usual ones. */
export type NewBot = Omit<Bot, 'revision' | 'damaged' | 'rules'> & { rules?: Partial<BotRules> }

/** The store of bots. Removed bots (tombstones) are never returned. */
export interface Bots {
  /** Oldest first. */
  list(db: Db, filter?: { channel?: string }): Promise<Bot[]>
  find(db: Db, id: string): Promise<Bot | undefined>
  /** The same for any number of bots in one query, in the order of the ids; no secret is opened. */
  identify(db: Db, ids: readonly string[]): Promise<(IdentifiedBot | undefined)[]>
  /**
   * Creates or changes a bot, seals its secrets, counts its revision and signals the replicas. Other secrets may
   * mean another account, so that they start without a cursor. Throws `bot_removed` for a tombstone.
   */
  save(tx: Tx, bot: NewBot): Promise<Bot>
  /** Leaves a tombstone without secrets that wins over the file, and signals the replicas. */
  remove(tx: Tx, id: string): Promise<void>
  /** Takes back a bot that never ran: not even a tombstone is left. */
  discard(tx: Tx, id: string): Promise<void>
  /**
   * Brings the bots of the configuration file into the table at start: adds and updates `file` bots, disables
   * those that the file no longer has, and leaves `runtime` bots and tombstones alone. A bot of the file is known
   * by its channel and name.
   */
  syncFile(tx: Tx, bots: readonly FileBot[]): Promise<void>
}

export interface FileBot {
  channel: string
  name: string
  agent: string
  enabled: boolean
  settings: BotSettings
  rules?: Partial<BotRules>
}

export interface BotDependencies {
  vault: Vault
  ids: NewId
  signals: Pick<Signals, 'send'>
  /** Told about stored secrets that do not open. */
  audit: Audit
  /** Their credential fields say what is secret. */
  channels: readonly ChannelDefinition[]
  /** The workspace to which new bots of the file belong. */
  homeWorkspace(tx: Tx): Promise<string>
}

export function createBots(deps: BotDependencies): Bots {
  const recordDamage = createDamageRecorder(deps)

  async function select(db: Db, where: { id?: string; channel?: string }): Promise<Bot[]> {
    let query = db.selectFrom('bots').selectAll().where('removed_at', 'is', null)
    if (where.id !== undefined) query = query.where('id', '=', where.id)
    if (where.channel !== undefined) query = query.where('channel', '=', where.channel)
    const found: Bot[] = []
    for (const row of await query.orderBy('created_at').orderBy('id').execute()) {
      const bot = botOf(deps, row)
      if (bot.damaged === true) await recordDamage(db, row)
      found.push(bot)
    }
    return found
  }

  const bots: Bots = {
    list: (db, filter = {}) => select(db, filter),
    find: async (db, id) => (await select(db, { id }))[0],
    identify: identifyBots,
    async save(tx, bot) {
      const saved = await writeBot(deps, tx, bot)
      await deps.signals.send(tx, 'bots', bot.id)
      return saved
    },
    async remove(tx, id) {
      await buryBot(tx, id)
      await deps.signals.send(tx, 'bots', id)
    },
    async discard(tx, id) {
      await tx.deleteFrom('bots').where('id', '=', id).execute()
      await deps.signals.send(tx, 'bots', id)
    },
    syncFile: (tx, fileBots) => syncFileBots(tx, { ...deps, bots }, fileBots),
  }
  return bots
}
