import { randomBytes, timingSafeEqual } from 'node:crypto'
import { sql } from 'kysely'
import type { Audit } from '../audit/audit.ts'
import type { Clock } from '../lib/clock.ts'
import { hashOf } from '../lib/hash-of.ts'
import type { NewId } from '../lib/ids.ts'
import type { Db, Tx } from '../storage/database.ts'
import type { BotCaller } from './bot-caller.ts'
import { listBotKeys, readBotKey, type BotKey } from './bot-key-rows.ts'
import { identityErrors } from './errors.ts'
import type { Principal } from './principal.ts'

export type { BotKey } from './bot-key-rows.ts'

/**
 * How outside bot services sign in. A key has one secret, and two while it is being rotated; every check asks the
 * database, so that a revoked key is dead everywhere when the call returns.
 *
 *   secret: live -> expiring (rotated, with an overlap) -> dead    key: live -> revoked
 */
export interface BotKeys {
  /** Who the X-Bot-API-Key header says is calling. Throws bot_key_missing, bot_keys_unconfigured, credential_invalid. */
  authenticate(header: string | string[] | undefined): Promise<BotCaller>
  /** The keys of the caller's workspace, revoked ones too, newest first. */
  list(by: Principal): Promise<BotKey[]>
  /** Throws `bot_key_channel_unknown` and `bot_key_agent_unknown`. The secret is told this once. */
  create(by: Principal, key: NewBotKey): Promise<{ key: BotKey; secret: string }>
  /** Throws as `create` does, and `bot_key_not_found`, also for another workspace's and a revoked one. */
  change(by: Principal, id: string, change: Partial<NewBotKey>): Promise<BotKey>
  /** A new secret; the ones before it count for `overlapSeconds` more. Throws bot_key_not_found. */
  rotate(by: Principal, id: string, overlapSeconds: number): Promise<{ key: BotKey; secret: string }>
  /** Ends a key at once; ending it again is no error. Throws bot_key_not_found and bot_key_of_environment. */
  revoke(by: Principal, id: string): Promise<void>
  /** Makes the row of the key that the environment holds, or ends it when it holds none. Once, at the start. */
  syncEnvironment(tx: Tx): Promise<void>
}

export interface NewBotKey {
  name: string
  agent: string
  channels: readonly string[]
}

export interface BotKeyDependencies {
  db: Db
  ids: NewId
  clock: Clock
  audit: Audit
  /** One more key, for every channel, that is not stored. */
  environmentKey: string | undefined
  /** The name of the environment's key. */
  productName: string
  /** Without authentication, and as long as there is no key, whoever calls is the environment's bot. */
  isOpen: boolean
  isAgent(name: string): boolean
  isChannel(name: string): boolean
  homeWorkspace(tx: Tx): Promise<string>
}

export const environmentKeyId = 'bky_environment'
const prefix = 'pb_'

export function createBotKeys(deps: BotKeyDependencies): BotKeys {
  const { db, ids, clock, audit } = deps
  const record = (tx: Tx, by: Principal, action: string, id: string, detail: Record<string, unknown> = {}) =>
    audit.record(tx, {
      actor: { kind: 'user', id: by.userId },
      workspaceId: by.workspaceId,
      action: `bot_key.${action}`,
      subject: { kind: 'bot_key', id },
      detail,
    })

  return {
    authenticate: (header) => authenticate(deps, header),
    list: (by) => listBotKeys(db, by.workspaceId, clock.now()),

    create: (by, { name, agent, channels }) =>
      db.transaction().execute(async (tx) => {
        checkNames(deps, { agent, channels })
        const id = ids('bky')
        const { userId, workspaceId } = by
        await tx
          .insertInto('bot_keys')
          .values({
            id,
            workspace_id: workspaceId,
            name,
            agent,
            channels: [...channels],
            created_by: userId,
            created_at: new Date(clock.now()),
          })
          .execute()
        const secret = await addSecret(deps, tx, id)
        await record(tx, by, 'created', id, { name, agent, channels })
        return { key: await readBotKey(tx, workspaceId, id, clock.now()), secret }
      }),

    change: (by, id, change) =>
      db.transaction().execute(async (tx) => {
        checkNames(deps, change)
        await lockLive(tx, by, id)
        const { channels, ...rest } = change
        const values = { ...rest, ...(channels === undefined ? {} : { channels: [...channels] }) }
        if (Object.keys(values).length > 0)
          await tx.updateTable('bot_keys').set(values).where('id', '=', id).execute()
        await record(tx, by, 'changed', id, values)
        return readBotKey(tx, by.workspaceId, id, clock.now())
      }),

    rotate: (by, id, overlapSeconds) =>
      db.transaction().execute(async (tx) => {
        await lockLive(tx, by, id)
        const end = new Date(clock.now() + overlapSeconds * 1000)
        await tx
          .updateTable('bot_key_secrets')
          .set({ expires_at: sql`least(coalesce(expires_at, ${end}), ${end})` })
          .where('bot_key_id', '=', id)
          .execute()
        const secret = await addSecret(deps, tx, id)
        await record(tx, by, 'rotated', id, { overlap_s: overlapSeconds })
        return { key: await readBotKey(tx, by.workspaceId, id, clock.now()), secret }
      }),

    revoke: (by, id) =>
      db.transaction().execute(async (tx) => {
        const key = await readBotKey(tx, by.workspaceId, id, clock.now())
        if (key.id === environmentKeyId) throw identityErrors.bot_key_of_environment()
        const revoked = await tx
          .updateTable('bot_keys')
          .set({ revoked_at: new Date(clock.now()) })
          .where('id', '=', id)
          .where('revoked_at', 'is', null)
          .returning('id')
          .executeTakeFirst()
        if (revoked !== undefined) await record(tx, by, 'revoked', id)
      }),

    syncEnvironment: (tx) => syncEnvironment(deps, tx),
  }
}

interface CallerRow extends BotCaller {
  lastUsedAt: Date | null
}

async function authenticate(
  deps: BotKeyDependencies,
  header: string | string[] | undefined,
): Promise<BotCaller> {
  const { db, clock, environmentKey, isOpen } = deps
  const now = new Date(clock.now())
  if (typeof header === 'string' && header !== '') {
    const hash = hashOf(header)
    const isEnvironments =
      environmentKey !== undefined && timingSafeEqual(Buffer.from(hash), Buffer.from(hashOf(environmentKey)))
    const proof = isEnvironments
      ? sql`select ${environmentKeyId} as bot_key_id`
      : sql`select bot_key_id from bot_key_secrets
          where hash = ${hash} and (expires_at is null or expires_at > ${now})`
    const { rows } = await sql<CallerRow>`
      select k.id as "keyId", k.name, k.workspace_id as "workspaceId", k.agent, k.channels,
        k.last_used_at as "lastUsedAt"
      from (${proof}) as proof
      join bot_keys k on k.id = proof.bot_key_id and k.revoked_at is null
      join workspaces w on w.id = k.workspace_id and w.disabled_at is null`.execute(db)
    if (rows[0] !== undefined) return used(db, rows[0], now)
  }
  const anyKey = await db
    .selectFrom('bot_keys')
    .select(['id', 'name', 'workspace_id as workspaceId', 'agent', 'channels'])
    .where('revoked_at', 'is', null)
    .where((where) =>
      where.or([where('id', '!=', environmentKeyId), where.lit(environmentKey !== undefined)]),
    )
    .executeTakeFirst()
  if (anyKey !== undefined)
    throw header === undefined ? identityErrors.bot_key_missing() : identityErrors.credential_invalid()
  const open = isOpen && header === undefined ? await environmentCaller(db) : undefined
  if (open === undefined) throw identityErrors.bot_keys_unconfigured()
  return open
}

/** Noted once a minute. */
async function used(db: Db, { lastUsedAt, ...caller }: CallerRow, now: Date): Promise<BotCaller> {
  if (lastUsedAt === null || now.getTime() - lastUsedAt.getTime() > 60_000)
    await db.updateTable('bot_keys').set({ last_used_at: now }).where('id', '=', caller.keyId).execute()
  return caller
}

function environmentCaller(db: Db): Promise<BotCaller | undefined> {
  return db
    .selectFrom('bot_keys')
    .select(['id as keyId', 'name', 'workspace_id as workspaceId', 'agent', 'channels'])
    .where('id', '=', environmentKeyId)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
}

async function syncEnvironment(deps: BotKeyDependencies, tx: Tx): Promise<void> {
  const isThere = deps.environmentKey !== undefined || deps.isOpen
  if (!isThere) {
    const end = sql<Date>`coalesce(revoked_at, now())`
    await tx.updateTable('bot_keys').set({ revoked_at: end }).where('id', '=', environmentKeyId).execute()
    return
  }
  const values = { name: deps.productName, agent: 'default', channels: [], revoked_at: null }
  await tx
    .insertInto('bot_keys')
    .values({ ...values, id: environmentKeyId, workspace_id: await deps.homeWorkspace(tx) })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
    .execute()
}

function checkNames(deps: BotKeyDependencies, { agent, channels = [] }: Partial<NewBotKey>): void {
  if (agent !== undefined && !deps.isAgent(agent)) throw identityErrors.bot_key_agent_unknown()
  if (!channels.every((channel) => deps.isChannel(channel))) throw identityErrors.bot_key_channel_unknown()
}

async function lockLive(tx: Tx, by: Principal, id: string): Promise<void> {
  const live = await tx
    .selectFrom('bot_keys')
    .select('id')
    .where('id', '=', id)
    .where('workspace_id', '=', by.workspaceId)
    .where('revoked_at', 'is', null)
    .forUpdate()
    .executeTakeFirst()
  if (live === undefined) throw identityErrors.bot_key_not_found()
  if (live.id === environmentKeyId) throw identityErrors.bot_key_of_environment()
}

async function addSecret({ clock }: BotKeyDependencies, tx: Tx, keyId: string): Promise<string> {
  const secret = prefix + randomBytes(32).toString('base64url')
  await tx
    .insertInto('bot_key_secrets')
    .values({
      hash: hashOf(secret),
      bot_key_id: keyId,
      last_four: secret.slice(-4),
      created_at: new Date(clock.now()),
    })
    .execute()
  return secret
}
