import { isDeepStrictEqual } from 'node:util'
import { sql } from 'kysely'
import type { Tx } from '../storage/database.ts'
import { usualRules } from './bot-rules.ts'
import type { Bot, BotDependencies, Bots, FileBot } from './bots.ts'

type SyncDependencies = Pick<BotDependencies, 'ids' | 'homeWorkspace'> & { bots: Pick<Bots, 'list' | 'save'> }

/** See `Bots.syncFile`. A bot that is as the file says is not touched, so that a start interrupts nothing. */
export async function syncFileBots(tx: Tx, deps: SyncDependencies, fileBots: readonly FileBot[]) {
  // Replicas that start together must not add the same bot twice.
  await sql`select pg_advisory_xact_lock(hashtextextended('portico file bots', 0))`.execute(tx)
  const isOutOfReach = await namesOutOfReach(tx)
  const stored = (await deps.bots.list(tx)).filter(({ source }) => source === 'file')
  const left = new Map(stored.map((bot) => [keyOf(bot), bot]))
  for (const wanted of fileBots) {
    const current = left.get(keyOf(wanted))
    left.delete(keyOf(wanted))
    if (isOutOfReach.has(keyOf(wanted)) || (current !== undefined && isAsWanted(current, wanted))) continue
    const { id, workspaceId } = current ?? { id: deps.ids('bot'), workspaceId: await deps.homeWorkspace(tx) }
    await deps.bots.save(tx, { id, workspaceId, source: 'file', ...wanted })
  }
  for (const bot of left.values()) if (bot.enabled) await deps.bots.save(tx, { ...bot, enabled: false })
}

/** Bots that were removed, or changed at runtime: the file has no say in them. */
async function namesOutOfReach(tx: Tx): Promise<Set<string>> {
  const rows = await tx
    .selectFrom('bots')
    .select(['channel', 'name'])
    .where((where) => where.or([where('removed_at', 'is not', null), where('source', '=', 'runtime')]))
    .execute()
  return new Set(rows.map(keyOf))
}

function isAsWanted(bot: Bot, { agent, enabled, settings, rules }: FileBot): boolean {
  return (
    bot.damaged !== true &&
    bot.agent === agent &&
    bot.enabled === enabled &&
    isDeepStrictEqual(bot.settings, settings) &&
    isDeepStrictEqual(bot.rules, { ...usualRules, ...rules })
  )
}

function keyOf({ channel, name }: { channel: string; name: string }): string {
  return JSON.stringify([channel, name])
}
