import { GatewayError } from '../lib/errors.ts'
import type { Sponsorships, Standing } from '../sponsorships/sponsorships.ts'
import type { Tx } from '../storage/database.ts'
import type { CommandRequest } from './obey.ts'
import type { Owner } from './owner.ts'
import { isPrivate, texts } from './texts.ts'

export interface SponsorDependencies {
  sponsorships: Pick<Sponsorships, 'standingOf' | 'start' | 'sponsorIn' | 'endIn'>
}

/** How somebody who gives a command stands to the group; `unanswered` while the platform does not say. */
export type KnownStanding = Standing | 'unanswered'

export type SponsorRequest = CommandRequest & { owner: Owner; standing: KnownStanding }

const maxNameLength = 100

/** Asks the platform, for the commands that need it; to be done before a transaction is open. */
export async function readStanding(
  { sponsorships }: SponsorDependencies,
  { bot, inbound, command, owner }: CommandRequest,
): Promise<KnownStanding> {
  const isAboutGuests = command.name === 'sponsor' || command.name === 'unsponsor'
  if (!isAboutGuests || owner === undefined || isPrivate(inbound)) return 'none'
  try {
    return await sponsorships.standingOf(bot.id, inbound.chat, inbound.sender.id)
  } catch (error) {
    if (error instanceof GatewayError) return 'unanswered'
    throw error
  }
}

/** `/sponsor`: guests of the group are answered at the sender's expense from now on. */
export async function sponsor(
  { sponsorships }: SponsorDependencies,
  tx: Tx,
  { bot, inbound, command, owner, standing }: SponsorRequest,
): Promise<string> {
  const refusal = refusalOf(inbound, owner, standing)
  if (refusal !== undefined) return refusal
  const name = command.argument.replace(/\s+/g, ' ').slice(0, maxNameLength)
  const started = await sponsorships.start(tx, {
    botId: bot.id,
    chatId: inbound.chat.chatId,
    ...(name !== '' && { chatName: name }),
    sponsorId: owner.user.id,
    workspaceId: owner.workspaceId,
    standing: standing === 'administrator' ? standing : 'untold',
  })
  if (started.kind === 'taken') return texts.sponsoredAlready
  return texts.sponsored(inbound.sender.name, started.sponsorship.limits)
}

/** `/unsponsor`: an administrator of the group may end it, and whoever pays always may. */
export async function unsponsor(
  { sponsorships }: SponsorDependencies,
  tx: Tx,
  { bot, inbound, owner, standing }: SponsorRequest,
): Promise<string> {
  if (isPrivate(inbound)) return texts.groupOnly
  const group = { botId: bot.id, chatId: inbound.chat.chatId }
  const sponsorId = await sponsorships.sponsorIn(tx, group)
  if (sponsorId === undefined) return texts.notSponsored
  const refusal = sponsorId === owner.user.id ? undefined : refusalOf(inbound, owner, standing)
  if (refusal !== undefined) return refusal
  await sponsorships.endIn(tx, group, owner.user.id)
  return texts.unsponsored
}

function refusalOf(
  inbound: CommandRequest['inbound'],
  { connectionId }: Owner,
  standing: KnownStanding,
): string | undefined {
  if (isPrivate(inbound)) return texts.groupOnly
  // Where everybody is the local user, nobody is a guest.
  if (connectionId === null) return texts.everybodyIsConnected
  if (standing === 'none') return texts.groupAdministratorsOnly
  return standing === 'unanswered' ? texts.groupAdministratorsUnknown : undefined
}
