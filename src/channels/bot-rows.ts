import { sql, type Selectable } from 'kysely'
import { defineErrors } from '../lib/errors.ts'
import type { Db, Tx } from '../storage/database.ts'
import type { BotsTable } from '../storage/tables/channels.ts'
import { usualRules } from './bot-rules.ts'
import { openSecrets, sealSecrets, splitSettings } from './bot-secrets.ts'
import type { Bot, BotDependencies, IdentifiedBot, NewBot } from './bots.ts'

export const botErrors = defineErrors({
  bot_removed: { status: 409, detail: 'This bot was removed.' },
})

export type BotRow = Selectable<BotsTable>

/** A bot that is `damaged` has its other settings only, and does not run. */
export function botOf(deps: Pick<BotDependencies, 'vault'>, row: BotRow): Bot {
  const secrets = openSecrets(deps, row)
  return {
    id: row.id,
    workspaceId: row.workspace_id,
    channel: row.channel,
    name: row.name,
    agent: row.agent,
    enabled: row.enabled && secrets !== undefined,
    settings: { ...row.settings, ...secrets },
    rules: { ...usualRules, ...row.rules },
    source: row.source,
    revision: row.revision,
    ...(secrets === undefined && { damaged: true }),
  }
}

/** All bots, oldest first, for whoever only looks: damage is shown, but not recorded. */
export async function peekBots(db: Db, deps: Pick<BotDependencies, 'vault'>): Promise<Bot[]> {
  const rows = await db
    .selectFrom('bots')
    .selectAll()
    .where('removed_at', 'is', null)
    .orderBy('created_at')
    .orderBy('id')
    .execute()
  return rows.map((row) => botOf(deps, row))
}

/** See `Bots.identify`. */
export async function identifyBots(db: Db, ids: readonly string[]): Promise<(IdentifiedBot | undefined)[]> {
  const rows = await db
    .selectFrom('bots')
    .select(['id', 'channel', 'agent', 'rules'])
    .where('id', '=', sql<string>`any(${ids})`)
    .where('removed_at', 'is', null)
    .execute()
  return ids.map((id) => {
    const row = rows.find((candidate) => candidate.id === id)
    return row && { ...row, rules: { ...usualRules, ...row.rules } }
  })
}

export async function writeBot(
  deps: Pick<BotDependencies, 'vault' | 'channels'>,
  tx: Tx,
  bot: NewBot,
): Promise<Bot> {
  const before = await tx
    .selectFrom('bots')
    .selectAll()
    .where('id', '=', bot.id)
    .forUpdate()
    .executeTakeFirst()
  if (before !== undefined && before.removed_at !== null) throw botErrors.bot_removed()
  const { plain, secret } = splitSettings(deps.channels, bot.channel, bot.settings)
  const values = {
    workspace_id: bot.workspaceId,
    channel: bot.channel,
    name: bot.name,
    agent: bot.agent,
    enabled: bot.enabled,
    source: bot.source,
    settings: JSON.stringify(plain),
    rules: JSON.stringify(bot.rules ?? {}),
    ...sealSecrets(deps, bot.id, secret, before),
  }
  const next = { revision: sql<number>`bots.revision + 1`, updated_at: sql<Date>`now()` }
  const written = await tx
    .insertInto('bots')
    .values({ id: bot.id, ...values })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ ...values, ...next }))
    .returningAll()
    .executeTakeFirstOrThrow()
  return botOf(deps, written)
}

/** Turns a row into a tombstone: its secrets are gone, its channel and name stay taken for the file. */
export async function buryBot(tx: Tx, id: string): Promise<void> {
  await tx
    .updateTable('bots')
    .set({
      removed_at: sql<Date>`now()`,
      updated_at: sql<Date>`now()`,
      enabled: false,
      secrets: null,
      cursor: null,
      revision: sql<number>`revision + 1`,
    })
    .where('id', '=', id)
    .where('removed_at', 'is', null)
    .execute()
}
