import type { BotIdentity } from '../channels/bots.ts'
import type { InboundMessage } from '../channels/channel.ts'
import type { Delivery } from '../delivery/delivery.ts'
import type { NewId } from '../lib/ids.ts'
import { isConnectCode, type Linking } from '../linking/linking.ts'
import type { Db, Tx } from '../storage/database.ts'
import { inboxQueue, laneOf } from './accept.ts'
import { isConnecting, type Command, type CommandName, type ConnectingCommand } from './commands.ts'
import { connectByCode } from './connect.ts'
import { startConversation, startGuestsAfresh } from './chat-conversation.ts'
import { tellGuestHelp, type GuestDependencies } from './guests.ts'
import { prepareConnecting, type ConnectingDependencies } from './connecting.ts'
import { howToConnect } from './invite.ts'
import { notice } from './notice.ts'
import type { Owner } from './owner.ts'
import { readStanding, sponsor, unsponsor, type SponsorDependencies, type SponsorRequest } from './sponsor.ts'
import { conversationOfChat } from './store.ts'
import { accountName, isPrivate, texts, titleOf } from './texts.ts'
import { requestCancel, requestCancelInLane, unfinishedTurn } from './turn-store.ts'

/** How an accepted message ended; with `merged`, which the lane records itself, these add up to all accepted. */
export type Outcome = 'handled' | 'refused'

export interface CommandDependencies extends ConnectingDependencies {
  db: Db
  linking: Linking
  delivery: Pick<Delivery, 'post'>
  newId: NewId
  product: string
  publicUrl: string
  /** Whether people may connect on a channel. */
  canConnect(channel: string): boolean
  signalTurn(tx: Tx, turnId: string): Promise<void>
  sponsorships: GuestDependencies['sponsorships'] & SponsorDependencies['sponsorships']
}

export interface CommandRequest {
  bot: BotIdentity
  inbound: InboundMessage
  command: Command
  /** Whom the sender is linked to; undefined for strangers. */
  owner: Owner | undefined
}

/** Carries out a command: its effect and the reply commit together, so a second try does neither twice. */
export async function obey(deps: CommandDependencies, request: CommandRequest): Promise<Outcome> {
  const { owner, bot, inbound, command } = request
  if (isForCode(command)) return deps.db.transaction().execute((tx) => connectByCode(deps, tx, request))
  if (owner === undefined) return deps.db.transaction().execute((tx) => refuse(deps, tx, request))
  const standing = await readStanding(deps, request)
  const reply = await prepareReply(deps, { ...request, owner, standing })
  return deps.db.transaction().execute(async (tx): Promise<Outcome> => {
    await deps.delivery.post(tx, notice(bot.id, inbound, await reply(tx)))
    return 'handled'
  })
}

/** What follows `/connect` is a code or the name of a service. */
function isForCode({ name, argument }: Command): boolean {
  return (name === 'start' && argument !== '') || (name === 'connect' && isConnectCode(argument))
}

async function refuse(deps: CommandDependencies, tx: Tx, request: CommandRequest): Promise<Outcome> {
  const { bot, inbound, command } = request
  if (command.name === 'help' && (await tellGuestHelp(deps, tx, request))) return 'handled'
  // Whoever types a command expects an answer: in private it comes each time, in groups strangers get none.
  if (isPrivate(inbound))
    await deps.delivery.post(tx, notice(bot.id, inbound, await howToConnect(deps, tx, bot, inbound)))
  return 'refused'
}

async function prepareReply(
  deps: CommandDependencies,
  request: SponsorRequest,
): Promise<(tx: Tx) => Promise<string>> {
  const { name } = request.command
  return isConnecting(name)
    ? prepareConnecting(deps, request, name)
    : (tx) => replyTo(deps, tx, request, name)
}

async function replyTo(
  deps: CommandDependencies,
  tx: Tx,
  request: SponsorRequest,
  name: Exclude<CommandName, ConnectingCommand>,
): Promise<string> {
  const { bot, inbound, owner } = request
  switch (name) {
    case 'start':
    case 'help':
      return texts.help()
    case 'whoami':
      return isPrivate(inbound) ? texts.whoAmI(accountName(owner.user)) : texts.privateOnly
    case 'new':
      await startConversation(deps, tx, { bot, owner, inbound })
      await startGuestsAfresh(tx, { bot, inbound })
      return texts.newConversation
    case 'stop':
      return stop(deps, tx, request)
    case 'sponsor':
      return sponsor(deps, tx, request)
    case 'unsponsor':
      return unsponsor(deps, tx, request)
    case 'status':
      return status(tx, request)
  }
}

async function stop(deps: CommandDependencies, tx: Tx, { bot, inbound }: SponsorRequest): Promise<string> {
  const lane = laneOf(bot.id, inbound.chat)
  const conversation = await conversationOfChat(tx, lane)
  const own = conversation === undefined ? [] : await requestCancel(tx, conversation.id)
  // Guests are answered in the same lane, in a conversation of their own.
  const stopping = new Set([...own, ...(await requestCancelInLane(tx, lane))])
  for (const turnId of stopping) await deps.signalTurn(tx, turnId)
  return stopping.size === 0 ? texts.nothingToStop : texts.stopped
}

async function status(tx: Tx, { bot, inbound }: SponsorRequest): Promise<string> {
  const lane = laneOf(bot.id, inbound.chat)
  const conversation = await conversationOfChat(tx, lane)
  if (conversation === undefined) return texts.noConversation
  const running = await unfinishedTurn(tx, conversation.id)
  const row = await tx
    .selectFrom('lanes')
    .select('pending')
    .where('queue', '=', inboxQueue)
    .where('lane', '=', lane)
    .executeTakeFirst()
  const waiting = Math.max(0, (row?.pending ?? 0) - (running === undefined ? 0 : 1))
  return texts.status(titleOf(conversation.title), conversation.agent, running !== undefined, waiting)
}
