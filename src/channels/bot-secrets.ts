import { isDeepStrictEqual } from 'node:util'
import type { Db, Tx } from '../storage/database.ts'
import type { BotDependencies } from './bots.ts'
import type { BotRow } from './bot-rows.ts'
import type { BotSettings, ChannelDefinition } from './channel.ts'

/** A row's secrets; undefined when they do not open. */
export function openSecrets(
  { vault }: Pick<BotDependencies, 'vault'>,
  { id, secrets }: BotRow,
): BotSettings | undefined {
  if (secrets === null) return {}
  try {
    return JSON.parse(vault.open(secrets, placeOf(id))) as BotSettings
  } catch {
    return undefined
  }
}

/** The same secrets keep their sealed text and the bot's cursor; other ones may belong to another account. */
export function sealSecrets(
  { vault }: Pick<BotDependencies, 'vault'>,
  id: string,
  secrets: BotSettings,
  before: BotRow | undefined,
): { secrets: string | null; cursor?: null } {
  if (before !== undefined && isDeepStrictEqual(openSecrets({ vault }, before), secrets))
    return { secrets: before.secrets }
  const isEmpty = Object.keys(secrets).length === 0
  return { secrets: isEmpty ? null : vault.seal(JSON.stringify(secrets), placeOf(id)), cursor: null }
}

/** Parts what is stored in plain text from what is sealed: the credential fields of type `password`. */
export function splitSettings(
  channels: readonly ChannelDefinition[],
  channel: string,
  settings: BotSettings,
): { plain: BotSettings; secret: BotSettings } {
  const definition = channels.find(({ name }) => name === channel)
  if (definition === undefined) throw new Error(`There is no channel ${channel}: what is secret is unknown.`)
  const passwords = definition.credentialFields.filter(({ type }) => type === 'password')
  const isSecret = (field: string) => passwords.some(({ name }) => name === field)
  const given = Object.entries(settings).filter(([, value]) => value !== undefined)
  return {
    plain: Object.fromEntries(given.filter(([name]) => !isSecret(name))),
    secret: Object.fromEntries(given.filter(([name]) => isSecret(name))),
  }
}

/** Records once per process, bot and revision that secrets do not open: a bot is read far more often than it breaks. */
export function createDamageRecorder({ audit }: Pick<BotDependencies, 'audit'>) {
  const recorded = new Set<string>()
  return async (db: Db, { id, workspace_id, channel, revision }: BotRow): Promise<void> => {
    const damage = `${id}/${revision}`
    if (recorded.has(damage)) return
    recorded.add(damage)
    const record = (tx: Tx) =>
      audit.record(tx, {
        actor: { kind: 'system' },
        workspaceId: workspace_id,
        action: 'sealed_value.refused',
        subject: { kind: 'bot', id },
        detail: { channel, revision },
      })
    await (isTransaction(db) ? record(db) : db.transaction().execute(record))
  }
}

function isTransaction(db: Db): db is Tx {
  return db.isTransaction
}

function placeOf(id: string) {
  return { table: 'bots', row: id, field: 'secrets' }
}
