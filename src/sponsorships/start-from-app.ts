import type { Principal } from '../identity/principal.ts'
import { standingIn } from './administrator.ts'
import { sponsorshipErrors } from './errors.ts'
import { findShown, type ShownSponsorship } from './list.ts'
import type { SponsorshipLimits } from './sponsorship.ts'
import type { SponsorshipDependencies } from './sponsorships.ts'
import { startSponsorship } from './start.ts'

export interface SponsorshipWish {
  botId: string
  chatId: string
  chatName?: string | undefined
  limits?: Partial<SponsorshipLimits>
}

/** See `Sponsorships.startFromApp`. */
export async function startFromApp(
  deps: SponsorshipDependencies,
  caller: Principal,
  wish: SponsorshipWish,
): Promise<ShownSponsorship> {
  const bot = await deps.db
    .selectFrom('bots')
    .select('channel')
    .where('id', '=', wish.botId)
    .where('workspace_id', '=', caller.workspaceId)
    .where('removed_at', 'is', null)
    .executeTakeFirst()
  if (bot === undefined) throw sponsorshipErrors.sponsorship_not_found({ detail: 'Bot not found' })
  const standing = await standingOf(deps, caller, wish, bot.channel)
  const started = await deps.db.transaction().execute((tx) =>
    startSponsorship(deps, tx, {
      ...wish,
      sponsorId: caller.userId,
      workspaceId: caller.workspaceId,
      standing,
    }),
  )
  if (started.kind === 'taken') throw sponsorshipErrors.group_already_sponsored()
  return findShown(deps, caller, started.sponsorship.id)
}

/** In the app nobody shows that they are in the group at all, so that where the platform is silent, the office counts. */
async function standingOf(
  deps: SponsorshipDependencies,
  caller: Principal,
  { botId, chatId }: SponsorshipWish,
  channel: string,
): Promise<'administrator' | 'untold'> {
  const accounts = await deps.accountsOf(caller.userId, channel)
  const chat = { chatId, kind: 'group' } as const
  // Whether the platform can tell does not depend on whom it is asked about.
  const asked = accounts.length === 0 ? [''] : accounts
  const standing = await standingIn(deps.askAdministrator, { botId, chat }, asked)
  if (standing === 'administrator') return standing
  if (standing === 'untold' && caller.role === 'admin') return standing
  throw sponsorshipErrors.group_administrator_required()
}
