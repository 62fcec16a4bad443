import type { Bots, IdentifiedBot } from '../channels/bots.ts'
import type { InboundMessage } from '../channels/channel.ts'
import { createBatcher } from '../coordination/batcher.ts'
import type { LaneContext, LaneHandler, LaneMessage } from '../coordination/lanes.ts'
import type { Delivery } from '../delivery/delivery.ts'
import type { Linking } from '../linking/linking.ts'
import type { Sponsorships } from '../sponsorships/sponsorships.ts'
import type { Db, Tx } from '../storage/database.ts'
import type { BusyRules, InboxPayload } from './accept.ts'
import { beginChatTurns, type BeginDependencies, type ChatTurn } from './begin-chat-turns.ts'
import { parseCommand } from './commands.ts'
import { guestsOf, mayBeGuest, tellSpent, type StrangerMessage } from './guests.ts'
import { keepInboundFiles, type InboundFileDependencies } from './inbound-files.ts'
import { howToConnect, mayBeNumber, takeNumber } from './invite.ts'
import { notice } from './notice.ts'
import { obey, type CommandDependencies, type Outcome } from './obey.ts'
import {
  ownersOf,
  type Asker,
  type GuestOwner,
  type Owner,
  type OwnerDependencies,
  type Sender,
} from './owner.ts'
import { texts } from './texts.ts'
import { findTurnByRequest } from './turn-store.ts'
import type { TurnRunner } from './turn.ts'

export interface ReceiveDependencies
  extends CommandDependencies, OwnerDependencies, BeginDependencies, InboundFileDependencies {
  sponsorships: Sponsorships
  db: Db
  bots: Pick<Bots, 'identify'>
  linking: Linking
  delivery: Pick<Delivery, 'post' | 'answer'>
  turns: TurnRunner
  product: string
  /** What strangers hear: how to connect, or nothing. */
  unbound: 'refuse' | 'ignore'
  busyRules(agent: string): BusyRules
  /** Counts outcomes for the metrics. */
  count(outcome: Outcome): void
}

/** The worker of the inbox: who is it, a command or a turn, and then the answer. */
export function createReceiver(given: ReceiveDependencies): LaneHandler {
  const deps = { ...given, ...together(given) }
  return {
    async handle(message, context) {
      const outcome = await receive(deps, message, context)
      deps.count(outcome)
      return outcome
    },
    async gaveUp(message) {
      const payload = message.payload as InboxPayload
      if (payload.kind === 'turn') return deps.turns.abandon(payload.turnId)
      const turn = await findTurnByRequest(deps.db, requestKeyOf(message))
      if (turn !== undefined) await deps.turns.abandon(turn.id)
    },
  }
}

/** What is asked for every message: the lanes that are worked at the same time share statements and commits. */
function together(deps: ReceiveDependencies) {
  return {
    identify: createBatcher((ids: string[]) => deps.bots.identify(deps.db, ids)),
    ownerOf: createBatcher((senders: Sender[]) => ownersOf(deps, deps.db, senders)),
    guestOf: createBatcher((messages: StrangerMessage[]) => guestsOf(deps, deps.db, messages)),
    begin: createBatcher((turns: ChatTurn[]) => beginChatTurns(deps, turns), 100),
  }
}

type Receiving = ReceiveDependencies & ReturnType<typeof together>

async function receive(deps: Receiving, message: LaneMessage, context: LaneContext): Promise<Outcome> {
  const payload = message.payload as InboxPayload
  switch (payload.kind) {
    case 'malformed':
      return 'refused'
    case 'turn':
      await deps.turns.run(payload.turnId, context)
      return 'handled'
    case 'refused':
      if (payload.reason === 'not_allowed') return turnAway(deps, payload.botId, payload.message)
      await say(deps, payload.botId, payload.message, texts.queueFull)
      return 'refused'
    case 'message': {
      const bot = await deps.identify(payload.botId)
      if (bot === undefined) return 'refused'
      return receiveMessage(deps, bot, payload.message, message, context)
    }
  }
}

async function receiveMessage(
  deps: Receiving,
  bot: IdentifiedBot,
  inbound: InboundMessage,
  message: LaneMessage,
  context: LaneContext,
): Promise<Outcome> {
  // An edit that found its message still waiting was folded into it; one that comes later changes nothing.
  if (inbound.kind === 'edit') return 'handled'
  const owner = await deps.ownerOf({ bot, sender: inbound.sender })
  if (inbound.kind === 'joined') return welcome(deps, bot, inbound, owner)
  const command = parseCommand(inbound.text)
  if (command !== undefined) return obey(deps, { bot, inbound, command, owner })
  if (owner !== undefined) return answer(deps, { bot, inbound, asker: owner }, message, context)
  const guest = mayBeGuest(inbound) ? await deps.guestOf({ bot, inbound }) : undefined
  if (guest === undefined) return refuseStranger(deps, { bot, inbound }, message, context)
  const asked = { bot, inbound, asker: guest.owner }
  if (guest.spent !== undefined) return refuseGuest(deps, asked, guest.spent, message, context)
  return answer(deps, asked, message, context)
}

interface Asked extends StrangerMessage {
  bot: IdentifiedBot
  asker: Asker
}

async function answer(
  deps: Receiving,
  { bot, inbound, asker }: Asked,
  message: LaneMessage,
  context: LaneContext,
): Promise<Outcome> {
  const batch = await gather(deps.busyRules(bot.agent), inbound, context)
  const { fence } = context
  const files = await keepInboundFiles(deps, { bot, owner: asker, batch }, context.signal)
  const begun = await deps.begin({
    bot,
    owner: asker,
    batch,
    files,
    requestKey: requestKeyOf(message),
    fence,
  })
  if (begun.kind === 'refused') {
    if (asker.guest === undefined) return 'refused'
    return refuseGuest(deps, { bot, inbound, asker }, begun.reason, message, context)
  }
  if (begun.kind === 'begun') await deps.turns.runBegun(begun.turn, context)
  else await deps.turns.run(begun.id, context)
  return 'handled'
}

async function refuseStranger(
  deps: ReceiveDependencies,
  { bot, inbound }: StrangerMessage,
  message: LaneMessage,
  context: LaneContext,
): Promise<Outcome> {
  // Since an earlier try began to answer, they may have been disconnected, or the sponsorship may have ended.
  const begun = await findTurnByRequest(deps.db, requestKeyOf(message))
  if (begun !== undefined) await deps.turns.abandon(begun.id)
  if (mayBeNumber(inbound) && (await takeNumber(deps, bot, inbound, context))) return 'handled'
  if (deps.unbound === 'refuse')
    await sayOnce(deps, bot.id, inbound, (tx) => howToConnect(deps, tx, bot, inbound))
  return 'refused'
}

async function refuseGuest(
  deps: ReceiveDependencies,
  { bot, inbound, asker }: StrangerMessage & { asker: GuestOwner },
  reason: 'ended' | 'guest' | 'group',
  message: LaneMessage,
  context: LaneContext,
): Promise<Outcome> {
  // The last turn may have been spent on this very message, by an earlier try.
  const begun = await findTurnByRequest(deps.db, requestKeyOf(message))
  if (begun !== undefined) {
    await deps.turns.run(begun.id, context)
    return 'handled'
  }
  if (reason !== 'ended')
    await deps.db.transaction().execute((tx) => tellSpent(deps, tx, { bot, inbound }, asker, reason))
  return 'refused'
}

async function turnAway(deps: ReceiveDependencies, botId: string, inbound: InboundMessage): Promise<Outcome> {
  await sayOnce(deps, botId, inbound, async () => texts.notAllowed)
  return 'refused'
}

/** One polite notice per stranger and hour, in private only; silence in groups. */
async function sayOnce(
  { db, linking, delivery }: ReceiveDependencies,
  botId: string,
  inbound: InboundMessage,
  textIn: (tx: Tx) => Promise<string>,
): Promise<void> {
  if (inbound.chat.kind !== 'private') return
  await db.transaction().execute(async (tx) => {
    const { sender } = inbound
    if (!(await linking.noticeDue(tx, botId, `${sender.tenantId}/${sender.id}`))) return
    await delivery.post(tx, notice(botId, inbound, await textIn(tx)))
  })
}

/** What the administrator wrote; else how to begin, or how to connect. Groups hear nothing that is personal. */
async function welcome(
  deps: ReceiveDependencies,
  bot: IdentifiedBot,
  inbound: InboundMessage,
  owner: Owner | undefined,
): Promise<Outcome> {
  await deps.db.transaction().execute(async (tx) => {
    const usual =
      inbound.chat.kind === 'group'
        ? texts.helloGroup
        : owner === undefined
          ? await howToConnect(deps, tx, bot, inbound)
          : texts.help()
    await deps.delivery.post(
      tx,
      notice(bot.id, inbound, bot.rules.welcome === '' ? usual : bot.rules.welcome),
    )
  })
  return 'handled'
}

/**
 * The messages that this turn answers: the one at hand, as last edited while it waited, and in `collect` mode
 * those that the same person sent after it.
 */
async function gather(
  rules: BusyRules,
  inbound: InboundMessage,
  context: LaneContext,
): Promise<ChatTurn['batch']> {
  const batch: [InboundMessage, ...InboundMessage[]] = [inbound]
  const merged: number[] = []
  for (const waiting of await context.waiting()) {
    const payload = waiting.payload as InboxPayload
    if (payload.kind !== 'message' || payload.message.sender.id !== inbound.sender.id) break
    const { message } = payload
    const edited = batch.findIndex((one) => one.messageId === message.messageId)
    if (message.kind === 'edit' && edited >= 0) batch[edited] = { ...message, kind: 'message' }
    else if (
      message.kind === 'message' &&
      rules.mode === 'collect' &&
      parseCommand(message.text) === undefined
    ) {
      batch.push(message)
    } else break
    merged.push(waiting.id)
  }
  context.merge(merged)
  return batch
}

async function say(
  deps: ReceiveDependencies,
  botId: string,
  inbound: InboundMessage,
  text: string,
): Promise<void> {
  await deps.db.transaction().execute((tx) => deps.delivery.post(tx, notice(botId, inbound, text)))
}

function requestKeyOf(message: LaneMessage): string {
  return `inbox:${message.id}`
}
