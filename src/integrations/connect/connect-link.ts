import { sql, type Selectable } from 'kysely'
import type { Principal } from '../../identity/principal.ts'
import { hashOf } from '../../lib/hash-of.ts'
import type { Db, Tx } from '../../storage/database.ts'
import type { ConnectLinksTable } from '../../storage/tables/integrations.ts'
import { integrationErrors } from '../errors.ts'
import { begin } from './begin.ts'
import type { BrowserFlow, LinkInfo, LinkRequest, Wanted } from './connect.ts'
import { newSecret, type ConnectDependencies } from './dependencies.ts'
import { scopesOf } from './wanted.ts'

const lifetimeMs = 1_800_000
const maxLive = 10
const tokenShape = /^[\w-]{1,64}$/
/** Where people land: what they came from is a chat. */
const returnTo = '/integrations?from=chat'

type LinkRow = Selectable<ConnectLinksTable>

/** See `ConnectLinks.make`. */
export async function makeLink(deps: ConnectDependencies, tx: Tx, request: LinkRequest) {
  const now = deps.clock.now()
  await sql`select pg_advisory_xact_lock(hashtextextended(${`connect links ${request.userId}`}, 0))`.execute(
    tx,
  )
  await refuseFlood(tx, request.userId, now)
  const token = newSecret(deps)
  const expiresAt = new Date(now + lifetimeMs)
  await tx
    .insertInto('connect_links')
    .values({
      hash: hashOf(token),
      workspace_id: request.workspaceId,
      user_id: request.userId,
      provider: request.provider,
      scopes: [...(request.scopes ?? [])],
      credential_id: request.credentialId ?? null,
      connection_id: request.connectionId,
      turn_id: request.turnId,
      agent: request.agent,
      created_at: new Date(now),
      expires_at: expiresAt,
    })
    .execute()
  return { url: `${deps.publicUrl}/connect/${token}`, expiresAt }
}

/** Those whose chat is gone count no more. */
async function refuseFlood(tx: Tx, userId: string, now: number): Promise<void> {
  const full = await tx
    .selectFrom('connect_links as l')
    .leftJoin('connections as c', 'c.id', 'l.connection_id')
    .select('l.expires_at')
    .where('l.user_id', '=', userId)
    .where('l.used_at', 'is', null)
    .where('l.expires_at', '>', new Date(now))
    .where((where) => where.or([where('l.connection_id', 'is', null), where('c.status', '=', 'connected')]))
    .orderBy('l.expires_at', 'desc')
    .offset(maxLive - 1)
    .limit(1)
    .executeTakeFirst()
  if (full === undefined) return
  const retryAfter = Math.max(1, Math.ceil((full.expires_at.getTime() - now) / 1000))
  throw integrationErrors.too_many_connect_links({ retryAfter })
}

/** See `ConnectLinks.info`. */
export async function readLink(deps: ConnectDependencies, user: Principal, token: string): Promise<LinkInfo> {
  const { link, chat } = await findLink(deps, user, token)
  const provider = await deps.catalogue.find(link.provider)
  if (provider === undefined) throw integrationErrors.connect_link_not_found()
  const { credential_id: id } = link
  return {
    provider: link.provider,
    scopes: scopesOf(provider, link.scopes),
    agent: link.agent,
    chat,
    credential: id === null ? null : await deps.credentials.read(user, id),
    expiresAt: link.expires_at,
  }
}

/** See `ConnectLinks.begin`. */
export async function beginLink(
  deps: ConnectDependencies,
  user: Principal,
  token: string,
  tenant: Wanted['tenant'],
): Promise<BrowserFlow> {
  const { link } = await findLink(deps, user, token)
  const { workspaceId, userId } = user
  const by = { workspaceId, userId, tokenId: null, callbackOrigins: null }
  const wanted = {
    provider: link.provider,
    scopes: link.scopes,
    ...(link.credential_id === null ? {} : { credentialId: link.credential_id }),
    ...(tenant === undefined ? {} : { tenant }),
  }
  return begin(deps, by, { ...wanted, returnTo }, link.hash)
}

/**
 * At the end of the way. Throws `connect_link_used` for the second of two tabs, and `connect_link_expired` where the
 * chat's connection ended meanwhile; from here to the end of the transaction it cannot.
 */
export async function useLink({ clock }: ConnectDependencies, tx: Tx, hash: string): Promise<void> {
  const used = await tx
    .updateTable('connect_links')
    .set({ used_at: new Date(clock.now()) })
    .where('hash', '=', hash)
    .where('used_at', 'is', null)
    .returning('connection_id')
    .executeTakeFirst()
  if (used === undefined) throw integrationErrors.connect_link_used()
  if (used.connection_id !== null && !(await isConnected(tx, used.connection_id)))
    throw integrationErrors.connect_link_expired()
}

async function isConnected(tx: Tx, id: string): Promise<boolean> {
  const connected = tx
    .selectFrom('connections')
    .select('id')
    .where('id', '=', id)
    .where('status', '=', 'connected')
    .forShare()
  return (await connected.executeTakeFirst()) !== undefined
}

/** Throws as `ConnectLinks.info` does. */
async function findLink(
  { db, clock }: { db: Db; clock: ConnectDependencies['clock'] },
  { userId, workspaceId }: Principal,
  token: string,
): Promise<{ link: LinkRow; chat: LinkInfo['chat'] }> {
  const row = await db
    .selectFrom('connect_links as l')
    .leftJoin('connections as c', 'c.id', 'l.connection_id')
    .selectAll('l')
    .select(['c.channel', 'c.external_name as name', 'c.status'])
    .where('l.hash', '=', tokenShape.test(token) ? hashOf(token) : '')
    .where('l.user_id', '=', userId)
    .where('l.workspace_id', '=', workspaceId)
    .executeTakeFirst()
  if (row === undefined) throw integrationErrors.connect_link_not_found()
  const { channel, name, status, ...link } = row
  if (link.used_at !== null) throw integrationErrors.connect_link_used()
  const isOver = link.expires_at.getTime() <= clock.now()
  if (isOver || (link.connection_id !== null && status !== 'connected'))
    throw integrationErrors.connect_link_expired()
  return { link, chat: channel === null ? null : { channel, name } }
}
