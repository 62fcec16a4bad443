import { sql } from 'kysely'
import type { Tx } from '../storage/database.ts'
import { everyGuest, liveSponsorships, periodsAt, type SponsorshipLimits } from './sponsorship.ts'
import type { SponsorshipDependencies } from './sponsorships.ts'

/** A guest who asks for one turn. */
export interface GuestTurn {
  sponsorshipId: string
  guestId: string
}

/** `ended`: the sponsorship counts no more. `guest` and `group` name the limit that is used up. */
export type GuestAdmission = 'admitted' | 'ended' | 'guest' | 'group'

/**
 * See `Sponsorships.admitGuests`. Every transaction locks in one order, so that none waits for another in a circle:
 * sponsorships, then guests' hours, then groups' days, each sorted.
 */
export async function admitGuests(
  { clock }: Pick<SponsorshipDependencies, 'clock'>,
  tx: Tx,
  turns: readonly GuestTurn[],
): Promise<GuestAdmission[]> {
  const { hour, day } = periodsAt(clock.now())
  const limits = await lockLive(tx, turns, new Date(clock.now()))
  const admissions = new Map<GuestTurn, GuestAdmission>()
  const sorted = turns.toSorted((one, other) => compare(keyOf(one), keyOf(other)))
  for (const turn of sorted) {
    const { sponsorshipId, guestId: guest } = turn
    const limit = limits.get(sponsorshipId)?.guestTurnsPerHour
    if (limit === undefined) admissions.set(turn, 'ended')
    else if (!(await spend(tx, { sponsorshipId, guest, period: hour, limit }))) admissions.set(turn, 'guest')
  }
  for (const turn of sorted.filter((one) => !admissions.has(one))) {
    const { sponsorshipId } = turn
    const limit = limits.get(sponsorshipId)?.turnsPerDay ?? 0
    const isSpent = await spend(tx, { sponsorshipId, guest: everyGuest, period: day, limit })
    if (!isSpent) await giveBack(tx, turn, hour)
    admissions.set(turn, isSpent ? 'admitted' : 'group')
  }
  return turns.map((turn) => admissions.get(turn) ?? 'ended')
}

/** What ends or changes them waits until this transaction is over. */
async function lockLive(
  tx: Tx,
  turns: readonly GuestTurn[],
  now: Date,
): Promise<Map<string, SponsorshipLimits>> {
  const { rows } = await sql<SponsorshipLimits & { id: string }>`
    select s.id, s.guest_turns_per_hour as "guestTurnsPerHour", s.turns_per_day as "turnsPerDay"
    from ${liveSponsorships(now)}
    where s.id = any(${turns.map(({ sponsorshipId }) => sponsorshipId)}::text[])
    order by s.id for share of s`.execute(tx)
  return new Map(rows.map((row) => [row.id, row]))
}

interface Spending {
  sponsorshipId: string
  guest: string
  period: Date
  limit: number
}

/** One turn, by one conditional write; false when the limit is reached. */
async function spend(tx: Tx, { sponsorshipId, guest, period, limit }: Spending): Promise<boolean> {
  const { rows } = await sql`
    insert into sponsorship_usage as used (sponsorship_id, guest, period, turns)
    select ${sponsorshipId}::text, ${guest}::text, ${period}::timestamptz, 1 where ${limit}::integer > 0
    on conflict (sponsorship_id, guest, period) do update set turns = used.turns + 1
      where used.turns < ${limit}::integer
    returning 1`.execute(tx)
  return rows.length > 0
}

async function giveBack(tx: Tx, { sponsorshipId, guestId }: GuestTurn, hour: Date): Promise<void> {
  await tx
    .updateTable('sponsorship_usage')
    .set((usage) => ({ turns: usage('turns', '-', 1) }))
    .where('sponsorship_id', '=', sponsorshipId)
    .where('guest', '=', guestId)
    .where('period', '=', hour)
    .execute()
}

function keyOf({ sponsorshipId, guestId }: GuestTurn): string {
  return `${sponsorshipId} ${guestId}`
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}
