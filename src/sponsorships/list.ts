import { sql, type Selectable } from 'kysely'
import type { Principal } from '../identity/principal.ts'
import type { SponsorshipsTable } from '../storage/tables/conversations.ts'
import { sponsorshipErrors } from './errors.ts'
import { everyGuest, liveSponsorships, periodsAt, sponsorshipOf, type Sponsorship } from './sponsorship.ts'
import type { SponsorshipDependencies } from './sponsorships.ts'

/** A sponsorship as people see it. */
export interface ShownSponsorship extends Sponsorship {
  botName: string
  channel: string
  sponsorName: string
  usedToday: number
  /** Whether guests are answered: not while its sponsor is banned or away, its workspace disabled, its bot removed. */
  isLive: boolean
}

type ShownRow = Selectable<SponsorshipsTable> & {
  bot_name: string
  channel: string
  sponsor_name: string
  used_today: number
  is_live: boolean
}

type Dependencies = Pick<SponsorshipDependencies, 'db' | 'clock'>

/** See `Sponsorships.list`; with an id, that one only. */
export async function listShown(
  { db, clock }: Dependencies,
  { userId, workspaceId, role }: Principal,
  id?: string,
): Promise<ShownSponsorship[]> {
  const now = clock.now()
  const { rows } = await sql<ShownRow>`
    select a.*, bots.name as bot_name, bots.channel, users.name as sponsor_name,
      coalesce(usage.turns, 0) as used_today,
      exists (select from ${liveSponsorships(new Date(now))} where s.id = a.id) as is_live
    from sponsorships a
    join bots on bots.id = a.bot_id
    join users on users.id = a.sponsor_id
    left join sponsorship_usage usage on usage.sponsorship_id = a.id
      and usage.guest = ${everyGuest} and usage.period = ${periodsAt(now).day}
    where a.ended_at is null
      and (a.sponsor_id = ${userId} or ${role === 'admin'}::boolean and a.workspace_id = ${workspaceId})
      and (${id ?? null}::text is null or a.id = ${id ?? null})
    order by a.id desc`.execute(db)
  return rows.map((row) => ({
    ...sponsorshipOf(row),
    botName: row.bot_name,
    channel: row.channel,
    sponsorName: row.sponsor_name,
    usedToday: row.used_today,
    isLive: row.is_live,
  }))
}

/** One of those. Throws `sponsorship_not_found`. */
export async function findShown(
  deps: Dependencies,
  caller: Principal,
  id: string,
): Promise<ShownSponsorship> {
  const [found] = await listShown(deps, caller, id)
  if (found === undefined) throw sponsorshipErrors.sponsorship_not_found()
  return found
}
