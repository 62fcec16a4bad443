import { sql } from 'kysely'
import type { Db } from '../storage/database.ts'
import { identityErrors } from './errors.ts'

/** A bot key without its secrets. */
export interface BotKey {
  id: string
  name: string
  agent: string
  channels: string[]
  createdAt: Date
  lastUsedAt: Date | null
  revokedAt: Date | null
  /** The secrets that count now, the newest first. */
  secrets: { lastFour: string; createdAt: Date; expiresAt: Date | null }[]
}

type SecretRow = { last_four: string; created_at: string; expires_at: string | null }

/** The keys of a workspace, newest first. */
export async function listBotKeys(db: Db, workspaceId: string, now: number): Promise<BotKey[]> {
  const rows = await select(db, now)
    .where('k.workspace_id', '=', workspaceId)
    .orderBy('k.created_at', 'desc')
    .orderBy('k.id', 'desc')
    .execute()
  return rows.map(withDates)
}

/** One key of a workspace. Throws bot_key_not_found. */
export async function readBotKey(db: Db, workspaceId: string, id: string, now: number): Promise<BotKey> {
  const row = await select(db, now)
    .where('k.workspace_id', '=', workspaceId)
    .where('k.id', '=', id)
    .executeTakeFirst()
  if (row === undefined) throw identityErrors.bot_key_not_found()
  return withDates(row)
}

function select(db: Db, now: number) {
  const at = new Date(now)
  return db.selectFrom('bot_keys as k').select([
    'k.id',
    'k.name',
    'k.agent',
    'k.channels',
    'k.created_at as createdAt',
    'k.last_used_at as lastUsedAt',
    'k.revoked_at as revokedAt',
    sql<SecretRow[]>`(
        select coalesce(json_agg(s order by s.created_at desc), '[]') from bot_key_secrets s
        where s.bot_key_id = k.id and (s.expires_at is null or s.expires_at > ${at})
      )`.as('secrets'),
  ])
}

function withDates(row: Omit<BotKey, 'secrets'> & { secrets: SecretRow[] }): BotKey {
  const secrets = row.secrets.map(({ last_four, created_at, expires_at }) => ({
    lastFour: last_four,
    createdAt: new Date(created_at),
    expiresAt: expires_at === null ? null : new Date(expires_at),
  }))
  return { ...row, secrets: row.revokedAt === null ? secrets : [] }
}
