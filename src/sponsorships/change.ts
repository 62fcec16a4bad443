import type { Principal } from '../identity/principal.ts'
import type { Tx } from '../storage/database.ts'
import { sponsorshipErrors } from './errors.ts'
import { findShown, type ShownSponsorship } from './list.ts'
import { sponsorshipOf, type Sponsorship, type SponsorshipLimits } from './sponsorship.ts'
import type { SponsorshipDependencies } from './sponsorships.ts'

/** See `Sponsorships.change`. */
export async function changeLimits(
  deps: SponsorshipDependencies,
  caller: Principal,
  id: string,
  limits: Partial<SponsorshipLimits>,
): Promise<ShownSponsorship> {
  const before = await findShown(deps, caller, id)
  const { guestTurnsPerHour, turnsPerDay } = { ...before.limits, ...limits }
  await deps.db.transaction().execute(async (tx) => {
    const row = await tx
      .updateTable('sponsorships')
      .set({ guest_turns_per_hour: guestTurnsPerHour, turns_per_day: turnsPerDay })
      .where('id', '=', id)
      .where('ended_at', 'is', null)
      .returningAll()
      .executeTakeFirst()
    if (row === undefined) throw sponsorshipErrors.sponsorship_not_found()
    await deps.audit.record(tx, {
      actor: { kind: 'user', id: caller.userId },
      workspaceId: row.workspace_id,
      action: 'sponsorship.changed',
      subject: { kind: 'sponsorship', id },
      detail: { guest_turns_per_hour: guestTurnsPerHour, turns_per_day: turnsPerDay },
    })
  })
  return findShown(deps, caller, id)
}

/** See `Sponsorships.end`. */
export async function endShown(deps: SponsorshipDependencies, caller: Principal, id: string): Promise<void> {
  await findShown(deps, caller, id)
  await deps.db.transaction().execute(async (tx) => {
    // Whoever was quicker wrote the entry.
    await endSponsorship(deps, tx, { id }, caller.userId)
  })
}

/** See `Sponsorships.endIn`. */
export async function endSponsorship(
  { clock, audit }: Pick<SponsorshipDependencies, 'clock' | 'audit'>,
  tx: Tx,
  which: { id: string } | { botId: string; chatId: string },
  by: string,
): Promise<Sponsorship | undefined> {
  const ending = tx
    .updateTable('sponsorships')
    .set({ ended_at: new Date(clock.now()), ended_by: by })
    .where('ended_at', 'is', null)
  const row = await (
    'id' in which
      ? ending.where('id', '=', which.id)
      : ending.where('bot_id', '=', which.botId).where('chat_id', '=', which.chatId)
  )
    .returningAll()
    .executeTakeFirst()
  if (row === undefined) return undefined
  await audit.record(tx, {
    actor: { kind: 'user', id: by },
    workspaceId: row.workspace_id,
    action: 'sponsorship.ended',
    subject: { kind: 'sponsorship', id: row.id },
    detail: { bot_id: row.bot_id, chat_id: row.chat_id, sponsor_id: row.sponsor_id },
  })
  return sponsorshipOf(row)
}
