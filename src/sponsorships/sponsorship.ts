import { sql, type RawBuilder, type Selectable } from 'kysely'
import type { SponsorshipsTable } from '../storage/tables/conversations.ts'

/** A group in which guests are answered at a user's expense. */
export interface Sponsorship {
  id: string
  workspaceId: string
  botId: string
  chatId: string
  chatName: string | null
  sponsorId: string
  limits: SponsorshipLimits
  createdAt: Date
}

export interface SponsorshipLimits {
  /** Turns of one guest in an hour of the clock, UTC. */
  guestTurnsPerHour: number
  /** Turns of all guests on a day, UTC. */
  turnsPerDay: number
}

export const usualLimits: SponsorshipLimits = { guestTurnsPerHour: 10, turnsPerDay: 200 }

export function sponsorshipOf(row: Selectable<SponsorshipsTable>): Sponsorship {
  return {
    id: row.id,
    workspaceId: row.workspace_id,
    botId: row.bot_id,
    chatId: row.chat_id,
    chatName: row.chat_name,
    sponsorId: row.sponsor_id,
    limits: { guestTurnsPerHour: row.guest_turns_per_hour, turnsPerDay: row.turns_per_day },
    createdAt: row.created_at,
  }
}

/**
 * Sponsorships `s` that count, with their sponsor `u`, as an item of a `from` clause: not ended, of a sponsor who is a
 * member and not banned, in a workspace that is not disabled, for a bot that is there.
 */
export function liveSponsorships(now: Date): RawBuilder<unknown> {
  return sql`(
    sponsorships s
    join bots b on b.id = s.bot_id and b.removed_at is null and s.ended_at is null
    join workspaces w on w.id = s.workspace_id and w.disabled_at is null
    join workspace_members m on m.workspace_id = s.workspace_id and m.user_id = s.sponsor_id
    join users u on u.id = s.sponsor_id and (u.banned is not true or u.ban_expires <= ${now})
  )`
}

/** The name in `sponsorship_usage` under which all guests together are counted. */
export const everyGuest = ''

/** The hour and the day of the clock, UTC, in which turns are counted. */
export function periodsAt(now: number): { hour: Date; day: Date } {
  const startOf = (lengthMs: number) => new Date(Math.floor(now / lengthMs) * lengthMs)
  return { hour: startOf(3_600_000), day: startOf(86_400_000) }
}
