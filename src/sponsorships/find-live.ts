import { sql } from 'kysely'
import type { Db } from '../storage/database.ts'
import { everyGuest, liveSponsorships, periodsAt } from './sponsorship.ts'
import type { SponsorshipDependencies } from './sponsorships.ts'

/** A guest of a group, who is to be answered. */
export interface GuestOfGroup {
  botId: string
  chatId: string
  guestId: string
}

/** At whose expense a guest is answered. */
export interface LiveSponsorship {
  id: string
  workspaceId: string
  sponsor: { id: string; name: string; email: string }
  /** Which limit is used up, if one is. */
  spent: 'guest' | 'group' | undefined
}

interface LiveRow {
  n: number
  id: string
  workspaceId: string
  sponsorId: string
  name: string
  email: string
  isGuestSpent: boolean
  isGroupSpent: boolean
}

/** See `Sponsorships.findLive`. */
export async function findLive(
  { clock }: Pick<SponsorshipDependencies, 'clock'>,
  db: Db,
  guests: readonly GuestOfGroup[],
): Promise<(LiveSponsorship | undefined)[]> {
  const { hour, day } = periodsAt(clock.now())
  const { rows } = await sql<LiveRow>`
    select i.n, s.id, s.workspace_id as "workspaceId", u.id as "sponsorId", u.name, u.email,
      coalesce(by_guest.turns >= s.guest_turns_per_hour, false) as "isGuestSpent",
      coalesce(by_all.turns >= s.turns_per_day, false) as "isGroupSpent"
    from unnest(
      ${guests.map(({ botId }) => botId)}::text[],
      ${guests.map(({ chatId }) => chatId)}::text[],
      ${guests.map(({ guestId }) => guestId)}::text[]
    ) with ordinality as i (bot_id, chat_id, guest, n)
    join ${liveSponsorships(new Date(clock.now()))} on s.bot_id = i.bot_id and s.chat_id = i.chat_id
    left join sponsorship_usage by_guest
      on by_guest.sponsorship_id = s.id and by_guest.guest = i.guest and by_guest.period = ${hour}
    left join sponsorship_usage by_all
      on by_all.sponsorship_id = s.id and by_all.guest = ${everyGuest} and by_all.period = ${day}`.execute(db)
  const found = new Map(rows.map((row) => [row.n, liveOf(row)]))
  return guests.map((_, index) => found.get(index + 1))
}

function liveOf({ id, workspaceId, sponsorId, name, email, ...row }: LiveRow): LiveSponsorship {
  const spent = row.isGuestSpent ? 'guest' : row.isGroupSpent ? 'group' : undefined
  return { id, workspaceId, sponsor: { id: sponsorId, name, email }, spent }
}
