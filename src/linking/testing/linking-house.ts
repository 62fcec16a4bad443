import { randomBytes } from 'node:crypto'
import { createAudit } from '../../audit/audit.ts'
import { createIds } from '../../lib/ids.ts'
import type { ChatIdentity } from '../../channels/channel.ts'
import { createTestDatabase } from '../../testing/database.ts'
import { listen } from '../../webhooks/testing/listening.ts'
import { createLinking } from '../linking.ts'

/** Linking on a database of its own, with two people, two bots, and a clock that is moved by hand. */
export async function openLinkingHouse(maxConnections = 10) {
  const database = await createTestDatabase(maxConnections)
  const { db } = database
  let now = Date.UTC(2026, 0, 1)
  const clock = { now: () => now }
  const ids = createIds(clock.now)
  const audit = createAudit({ ids, clock })
  const announcer = listen()
  const linking = createLinking({ db, ids, clock, audit, announcer, random: randomBytes })

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

  return { database, db, linking, heard: announcer.heard, codeOf, redeem, resolve, pass: (ms: number) => void (now += ms) }
}

export type LinkingHouse = Awaited<ReturnType<typeof openLinkingHouse>>
