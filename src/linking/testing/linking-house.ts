import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { createAudit } from '../../audit/audit.ts'
import { createIds } from '../../lib/ids.ts'
import type { ChatIdentity } from '../../channels/channel.ts'
import { createTestDatabase } from '../../testing/database.ts'
import { listen } from '../../webhooks/testing/listening.ts'
import type { BotCaller } from '../../identity/bot-caller.ts'
import type { Principal } from '../../identity/principal.ts'
import { createLinking, type ApprovalAnswer } from '../linking.ts'

export const outsideBot: BotCaller = {
  keyId: 'bky_1',
  name: 'Outside',
  workspaceId: 'wsp_1',
  agent: 'default',
  channels: [],
}

export function principalOf(name: string, workspaceId = 'wsp_1'): Principal {
  return { kind: 'session', userId: `usr_${name}`, name, email: null, role: 'user', workspaceId }
}

/** Linking on a database of its own, with two people, two bots, and a clock that is moved by hand. */
export async function openLinkingHouse(maxConnections = 10, approval: 'one' | 'both' = 'one') {
  const database = await createTestDatabase(maxConnections)
  const { db } = database
  let now = Date.UTC(2026, 0, 1)
  const clock = { now: () => now }
  const ids = createIds(clock.now)
  const audit = createAudit({ ids, clock })
  const announcer = listen()
  const stopped: string[] = []
  const linking = createLinking({
    db,
    ids,
    clock,
    audit,
    announcer,
    approval,
    random: randomBytes,
    async stopTurns(_tx, ended) {
      stopped.push(...ended.map(({ id }) => id))
    },
  })

  await db.insertInto('workspaces').values({ id: 'wsp_1', name: 'Home' }).execute()
  for (const name of ['ada', 'bob'])
    await db
      .insertInto('users')
      .values({ id: `usr_${name}`, name, email: `${name}@example.org`, role: 'user', email_verified: true })
      .execute()
  for (const channel of ['telegram', 'slack'])
    await db
      .insertInto('bots')
      .values({
        id: `bot_${channel}`,
        workspace_id: 'wsp_1',
        channel,
        name: channel,
        agent: 'default',
        settings: '{}',
        source: 'runtime',
      })
      .execute()

  await db
    .insertInto('bot_keys')
    .values({ id: 'bky_1', workspace_id: 'wsp_1', name: 'Outside', agent: 'default', channels: [] })
    .execute()
  const keyTo = (externalId: string) => ({ channel: 'telegram', tenantId: '', externalId })
  const linkFor = async (externalId: string, bot = outsideBot) => {
    const request = { ...keyTo(externalId), name: `Person ${externalId}`, chat: { chatId: 'c1' } }
    return (await linking.tokens.create(bot, request)).token
  }
  const confirm = (user: string, token: string) =>
    db.transaction().execute((tx) => linking.tokens.confirm(tx, principalOf(user), token))
  const answer = (sent: ApprovalAnswer) =>
    db.transaction().execute((tx) => linking.approvals.answer(tx, sent))

  /** How many connections to this database wait for a lock. */
  const waiting = async () => {
    const { rows } = await sql`
      select from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`.execute(db)
    return rows.length
  }

  const codeOf = async (userId: string, channel = 'telegram', botId?: string) => {
    const issued = await linking.issueCode({ userId, workspaceId: 'wsp_1', channel, ...(botId && { botId }) })
    return issued.code
  }
  const redeem = (
    code: string,
    over: { identity?: Partial<ChatIdentity>; channel?: string; botId?: string } = {},
  ) => {
    const { channel = 'telegram', botId = `bot_${channel}` } = over
    const identity = { tenantId: '', id: '4711', name: 'Ada L.', username: 'ada', ...over.identity }
    const chat = { chatId: `chat of ${identity.id}`, kind: 'private' } as const
    return db.transaction().execute((tx) => linking.redeem(tx, { code, channel, botId, identity, chat }))
  }
  const resolve = (externalId = '4711', channel = 'telegram', tenantId = '') =>
    linking.resolve(db, [{ channel, tenantId, externalId }]).then(([resolved]) => resolved)

  return {
    database,
    db,
    linking,
    heard: announcer.heard,
    codeOf,
    redeem,
    resolve,
    linkFor,
    confirm,
    answer,
    keyTo,
    stopped,
    waiting,
    now: clock.now,
    pass: (ms: number) => void (now += ms),
  }
}

export type LinkingHouse = Awaited<ReturnType<typeof openLinkingHouse>>
