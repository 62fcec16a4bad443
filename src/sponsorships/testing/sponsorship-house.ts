import type { Principal } from '../../identity/principal.ts'
import { createAudit } from '../../audit/audit.ts'
import { createIds } from '../../lib/ids.ts'
import { createTestDatabase } from '../../testing/database.ts'
import { createSponsorships, type SponsorshipLimits } from '../sponsorships.ts'

const noon = Date.UTC(2026, 0, 1, 12)

/** Sponsorships on a database of their own: two users of one workspace, one bot, and a clock that is moved by hand. */
export async function openSponsorshipHouse(maxConnections = 10) {
  const database = await createTestDatabase(maxConnections)
  const { db } = database
  let now = noon
  const clock = { now: () => now }
  const ids = createIds(clock.now)
  /** What the platform says of people; nothing of those who are not named. */
  const administrators = new Map<string, boolean | Error>()
  const sponsorships = createSponsorships({
    db,
    ids,
    clock,
    audit: createAudit({ ids, clock }),
    async askAdministrator(_botId, _chat, personId) {
      const answer = administrators.get(personId)
      if (answer instanceof Error) throw answer
      return answer
    },
    accountsOf: async (userId) => [`account of ${userId}`],
  })

  await db.insertInto('workspaces').values({ id: 'wsp_1', name: 'Home' }).execute()
  for (const name of ['ada', 'bob']) {
    const user = { id: `usr_${name}`, name, email: `${name}@example.org`, role: 'user', email_verified: true }
    await db.insertInto('users').values(user).execute()
    await db
      .insertInto('workspace_members')
      .values({ workspace_id: 'wsp_1', user_id: user.id, role: 'member' })
      .execute()
  }
  const bot = { id: 'bot_1', workspace_id: 'wsp_1', channel: 'telegram', name: 'Guide', agent: 'default' }
  await db
    .insertInto('bots')
    .values({ ...bot, settings: '{}', source: 'runtime' })
    .execute()

  const callerOf = (name: string, role: Principal['role'] = 'user'): Principal => ({
    kind: 'session',
    userId: `usr_${name}`,
    name,
    email: `${name}@example.org`,
    role,
    workspaceId: 'wsp_1',
  })
  const start = (name: string, chatId: string, limits: Partial<SponsorshipLimits> = {}) =>
    db.transaction().execute((tx) =>
      sponsorships.start(tx, {
        botId: 'bot_1',
        chatId,
        sponsorId: `usr_${name}`,
        workspaceId: 'wsp_1',
        limits,
        standing: 'administrator',
      }),
    )
  /** Starts one that nobody else has. */
  const sponsor = async (name: string, chatId: string, limits: Partial<SponsorshipLimits> = {}) => {
    const started = await start(name, chatId, limits)
    if (started.kind === 'taken') throw new Error('The group is taken.')
    return started.sponsorship
  }
  const live = async (chatId: string, guestId = 'guest') =>
    (await sponsorships.findLive(db, [{ botId: 'bot_1', chatId, guestId }]))[0]
  const admit = (sponsorshipId: string, ...guestIds: string[]) =>
    db.transaction().execute((tx) =>
      sponsorships.admitGuests(
        tx,
        guestIds.map((guestId) => ({ sponsorshipId, guestId })),
      ),
    )
  const audited = () =>
    db
      .selectFrom('audit_entries')
      .select(['action', 'actor_id', 'subject_id', 'detail'])
      .orderBy('seq')
      .execute()

  return {
    database,
    db,
    sponsorships,
    administrators,
    callerOf,
    start,
    sponsor,
    live,
    admit,
    audited,
    pass: (ms: number) => void (now += ms),
  }
}

export type SponsorshipHouse = Awaited<ReturnType<typeof openSponsorshipHouse>>
