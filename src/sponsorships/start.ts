import { sql } from 'kysely'
import type { Tx } from '../storage/database.ts'
import type { Standing } from './administrator.ts'
import { liveSponsorships, sponsorshipOf, usualLimits } from './sponsorship.ts'
import type { Sponsorship, SponsorshipLimits } from './sponsorship.ts'
import type { SponsorshipDependencies } from './sponsorships.ts'

export interface SponsorshipStart {
  botId: string
  chatId: string
  /** What people call the group. */
  chatName?: string | undefined
  sponsorId: string
  workspaceId: string
  /** Those that are left out are the usual ones. */
  limits?: Partial<SponsorshipLimits>
  /** How it is known that the sponsor may decide for the group. */
  standing: Exclude<Standing, 'none'>
}

/** `taken`: the group has a sponsorship that counts, and keeps it. */
export type SponsorshipStarted =
  { kind: 'started'; sponsorship: Sponsorship } | { kind: 'taken'; sponsorId: string }

/** See `Sponsorships.start`: of two at once, the unique key of the table lets one through. */
export async function startSponsorship(
  deps: Pick<SponsorshipDependencies, 'clock' | 'ids' | 'audit'>,
  tx: Tx,
  start: SponsorshipStart,
): Promise<SponsorshipStarted> {
  const { botId, chatId, sponsorId, workspaceId } = start
  const now = new Date(deps.clock.now())
  const lapsed = await endLapsed(tx, start, now)
  const limits = { ...usualLimits, ...start.limits }
  const row = await tx
    .insertInto('sponsorships')
    .values({
      id: deps.ids('spn'),
      workspace_id: workspaceId,
      bot_id: botId,
      chat_id: chatId,
      chat_name: start.chatName ?? null,
      sponsor_id: sponsorId,
      guest_turns_per_hour: limits.guestTurnsPerHour,
      turns_per_day: limits.turnsPerDay,
      created_at: now,
    })
    .onConflict((conflict) =>
      conflict.columns(['bot_id', 'chat_id']).where('ended_at', 'is', null).doNothing(),
    )
    .returningAll()
    .executeTakeFirst()
  if (row === undefined) return { kind: 'taken', sponsorId: await sponsorOf(tx, start) }
  for (const { id, workspace_id } of lapsed)
    await deps.audit.record(tx, {
      actor: { kind: 'system' },
      workspaceId: workspace_id,
      action: 'sponsorship.ended',
      subject: { kind: 'sponsorship', id },
      detail: { reason: 'its sponsor could not stand for it any more' },
    })
  const group = {
    bot_id: botId,
    chat_id: chatId,
    ...(row.chat_name !== null && { chat_name: row.chat_name }),
  }
  await deps.audit.record(tx, {
    actor: { kind: 'user', id: sponsorId },
    workspaceId,
    action: 'sponsorship.started',
    subject: { kind: 'sponsorship', id: row.id },
    detail: {
      ...group,
      guest_turns_per_hour: row.guest_turns_per_hour,
      turns_per_day: row.turns_per_day,
      group_administrator: start.standing === 'administrator' ? 'confirmed' : 'the platform cannot tell',
    },
  })
  return { kind: 'started', sponsorship: sponsorshipOf(row) }
}

/** One that counts no more stands in nobody's way. */
function endLapsed(tx: Tx, { botId, chatId }: SponsorshipStart, now: Date) {
  return tx
    .updateTable('sponsorships')
    .set({ ended_at: now, ended_by: 'system' })
    .where('bot_id', '=', botId)
    .where('chat_id', '=', chatId)
    .where('ended_at', 'is', null)
    .where(sql<boolean>`not exists (select from ${liveSponsorships(now)} where s.id = sponsorships.id)`)
    .returning(['id', 'workspace_id'])
    .execute()
}

async function sponsorOf(tx: Tx, { botId, chatId }: SponsorshipStart): Promise<string> {
  const { sponsor_id } = await tx
    .selectFrom('sponsorships')
    .select('sponsor_id')
    .where('bot_id', '=', botId)
    .where('chat_id', '=', chatId)
    .where('ended_at', 'is', null)
    .executeTakeFirstOrThrow()
  return sponsor_id
}
