import type { Audit } from '../audit/audit.ts'
import type { ChatAddress } from '../channels/channel.ts'
import type { Principal } from '../identity/principal.ts'
import type { Clock } from '../lib/clock.ts'
import type { NewId } from '../lib/ids.ts'
import type { Db, Tx } from '../storage/database.ts'
import { standingIn, type AskAdministrator, type Standing } from './administrator.ts'
import { admitGuests, type GuestAdmission, type GuestTurn } from './admit-guests.ts'
import { changeLimits, endShown, endSponsorship } from './change.ts'
import { findLive, type GuestOfGroup, type LiveSponsorship } from './find-live.ts'
import { listShown, type ShownSponsorship } from './list.ts'
import type { Sponsorship, SponsorshipLimits } from './sponsorship.ts'
import { startFromApp, type SponsorshipWish } from './start-from-app.ts'
import { startSponsorship, type SponsorshipStart, type SponsorshipStarted } from './start.ts'

export type { AskAdministrator, Standing } from './administrator.ts'
export type { GuestAdmission, GuestTurn } from './admit-guests.ts'
export type { GuestOfGroup, LiveSponsorship } from './find-live.ts'
export type { ShownSponsorship } from './list.ts'
export type { SponsorshipLimits } from './sponsorship.ts'
export { keepUsageTidy } from './usage-upkeep.ts'

/**
 * Groups in which a user lends guests, who are nobody here, an answer: under limits, and without anybody's account.
 *
 *   live -> ended (by the sponsor, an administrator of the group or of the workspace)
 *   live -> counts no more, while the sponsor is banned or has left, the workspace is disabled, or the bot is removed;
 *           ended when somebody else sponsors the group
 */
export interface Sponsorships {
  /** Whether a person may decide for a group. Throws `group_administrator_unknown`. */
  standingOf(botId: string, chat: ChatAddress, personId: string): Promise<Standing>
  /** Starts one, for somebody who may decide for the group, in the caller's transaction. */
  start(tx: Tx, start: SponsorshipStart): Promise<SponsorshipStarted>
  /**
   * The same for a signed-in user: the platform must know one of their connected accounts as an administrator of the
   * group; where it cannot tell, they must be an administrator of the workspace. Throws `sponsorship_not_found` for a
   * bot that is not theirs, `group_administrator_required`, `group_administrator_unknown`, `group_already_sponsored`.
   */
  startFromApp(caller: Principal, wish: SponsorshipWish): Promise<ShownSponsorship>
  /** The caller's own that have not ended, for administrators all of the workspace; newest first. */
  list(caller: Principal): Promise<ShownSponsorship[]>
  /** Throws `sponsorship_not_found`, also for one that the caller cannot see. So does `end`. */
  change(caller: Principal, id: string, limits: Partial<SponsorshipLimits>): Promise<ShownSponsorship>
  end(caller: Principal, id: string): Promise<void>
  /** Who sponsors a group; undefined where nobody does. */
  sponsorIn(db: Db, group: { botId: string; chatId: string }): Promise<string | undefined>
  /** Ends that of a group, if it has one, in the caller's transaction. */
  endIn(tx: Tx, group: { botId: string; chatId: string }, by: string): Promise<Sponsorship | undefined>
  /** The sponsorships under which guests may be answered, in one query, in their order; undefined where none counts. */
  findLive(db: Db, guests: readonly GuestOfGroup[]): Promise<(LiveSponsorship | undefined)[]>
  /**
   * Spends one turn for each guest under both limits, in the transaction that records the turns: however many ask at
   * once, no more are admitted than the limits say.
   */
  admitGuests(tx: Tx, turns: readonly GuestTurn[]): Promise<GuestAdmission[]>
}

export interface SponsorshipDependencies {
  db: Db
  ids: NewId
  clock: Clock
  audit: Audit
  askAdministrator: AskAdministrator
  /** The platform's ids of a user's connected accounts on a channel. */
  accountsOf(userId: string, channel: string): Promise<string[]>
}

export function createSponsorships(deps: SponsorshipDependencies): Sponsorships {
  return {
    standingOf: (botId, chat, personId) => standingIn(deps.askAdministrator, { botId, chat }, [personId]),
    start: (tx, start) => startSponsorship(deps, tx, start),
    startFromApp: (caller, wish) => startFromApp(deps, caller, wish),
    list: (caller) => listShown(deps, caller),
    change: (caller, id, limits) => changeLimits(deps, caller, id, limits),
    end: (caller, id) => endShown(deps, caller, id),
    async sponsorIn(db, { botId, chatId }) {
      const row = await db
        .selectFrom('sponsorships')
        .select('sponsor_id')
        .where('bot_id', '=', botId)
        .where('chat_id', '=', chatId)
        .where('ended_at', 'is', null)
        .executeTakeFirst()
      return row?.sponsor_id
    },
    endIn: (tx, group, by) => endSponsorship(deps, tx, group, by),
    findLive: (db, guests) => findLive(deps, db, guests),
    admitGuests: (tx, turns) => admitGuests(deps, tx, turns),
  }
}
