import { sql } from 'kysely'
import { admit } from '../channels/bot-rules.ts'
import type { Bot } from '../channels/bots.ts'
import type { ChatAddress, InboundBatch, InboundMessage } from '../channels/channel.ts'
import type { LaneItem, Lanes } from '../coordination/lanes.ts'
import type { Delivery } from '../delivery/delivery.ts'
import type { Tx } from '../storage/database.ts'
import { carriesCode, overtakes } from './commands.ts'
import { ownersOf, type OwnerDependencies } from './owner.ts'
import { requestCancelInLane, runningTurnsIn } from './turn-store.ts'
import { texts } from './texts.ts'

/**
 * The queue of everything that waits for an answer. Its lanes are conversations; what must overtake a running
 * turn goes to the same lane's name with a `!`, which is a lane of its own.
 */
export const inboxQueue = 'inbox'

/** What lies in an inbox lane. */
export type InboxPayload =
  | { kind: 'message'; botId: string; message: InboundMessage }
  | { kind: 'refused'; botId: string; message: InboundMessage; reason: 'queue_full' | 'not_allowed' }
  | { kind: 'malformed'; botId: string; raw: unknown; reason: string }
  | { kind: 'turn'; turnId: string }

/** What happens to messages that arrive while a turn runs in their conversation. */
export interface BusyRules {
  /** `queue`: each gets its turn; `collect`: they become one turn; `interrupt`: the newest ends the one before. */
  mode: 'queue' | 'collect' | 'interrupt'
  /** How many may wait; further ones are refused with a notice. */
  limit: number
}

export interface AcceptDependencies extends OwnerDependencies {
  lanes: Lanes
  delivery: Pick<Delivery, 'post' | 'hurry' | 'takeReceipts'>
  /** Whether a platform lets its bots answer only for a while after a person wrote. */
  hasReplyWindow(channel: string): boolean
  signalTurn(tx: Tx, turnId: string): Promise<void>
  busyRules(agent: string): BusyRules
}

export function laneOf(botId: string, chat: ChatAddress): string {
  const topic = chat.sharesConversation === true ? undefined : chat.topicId
  return `${botId}/${chat.chatId}/${topic ?? ''}`
}

/**
 * Commits a batch to the inbox: each message to its chat's lane, in order, redeliveries passed over. A message
 * for a full lane, or of somebody whom the bot does not listen to, is recorded as refused, so that the sender is
 * told. What is said in a group and not to the bot is not for us to keep.
 */
export async function acceptBatch(
  deps: AcceptDependencies,
  tx: Tx,
  bot: Bot,
  batch: InboundBatch,
): Promise<void> {
  if (batch.receipts !== undefined) await deps.delivery.takeReceipts(tx, bot.id, batch.receipts)
  const rules = deps.busyRules(bot.agent)
  const messages = batch.messages
    .filter((message) => carriesCode(message.text) || admit(bot.rules, message) !== 'aside')
    .map((message) => placed(bot, message))
  const waiting = await waitingIn(tx, [...new Set(messages.map(({ chat }) => laneOf(bot.id, chat)))])
  const items = messages.map((message) => inboxItem(bot, message, waiting, rules.limit))
  const malformed = (batch.malformed ?? []).map(({ key, raw, reason }) => ({
    queue: inboxQueue,
    lane: `${bot.id}/malformed!`,
    dedupeKey: `${bot.id}/${key}`,
    payload: { kind: 'malformed', botId: bot.id, raw, reason } satisfies InboxPayload,
  }))
  if (items.length + malformed.length === 0) return
  const enqueued = await deps.lanes.enqueue(tx, [...items, ...malformed])
  const waiters = items.flatMap(({ payload }, index) => {
    const isBehind = enqueued[index]?.accepted === true && enqueued[index].ahead > 0
    return payload.kind === 'message' && isBehind && !overtakes(payload.message.text) ? [payload.message] : []
  })
  if (waiters.length > 0) await tellBusy(deps, tx, waiters, bot, rules)
  const chats = messages.map(({ chat }) => chat)
  if (chats.length > 0 && deps.hasReplyWindow(bot.channel)) await deps.delivery.hurry(tx, bot.id, chats)
}

function placed({ rules }: Bot, message: InboundMessage): InboundMessage {
  const { chat } = message
  if (rules.threads === 'own' || chat.topicId === undefined) return message
  return { ...message, chat: { ...chat, sharesConversation: true } }
}

function inboxItem(bot: Bot, message: InboundMessage, waiting: Map<string, number>, limit: number) {
  const lane = laneOf(bot.id, message.chat)
  const ahead = waiting.get(lane) ?? 0
  const dedupeKey = `${bot.id}/${message.key}`
  const base = { queue: inboxQueue, dedupeKey }
  if (admit(bot.rules, message) === 'refused') {
    const payload: InboxPayload = { kind: 'refused', botId: bot.id, message, reason: 'not_allowed' }
    return { ...base, lane: `${lane}!`, payload } satisfies LaneItem
  }
  if (overtakes(message.text)) {
    return { ...base, lane: `${lane}!`, payload: inboxMessage(bot, message) } satisfies LaneItem
  }
  if (ahead >= limit) {
    const payload: InboxPayload = { kind: 'refused', botId: bot.id, message, reason: 'queue_full' }
    return { ...base, lane: `${lane}!`, payload } satisfies LaneItem
  }
  waiting.set(lane, ahead + 1)
  return { ...base, lane, payload: inboxMessage(bot, message) } satisfies LaneItem
}

function inboxMessage(bot: Bot, message: InboundMessage): InboxPayload {
  return { kind: 'message', botId: bot.id, message }
}

/** How many messages are pending in each lane, the one that is being answered included. */
async function waitingIn(tx: Tx, lanes: string[]): Promise<Map<string, number>> {
  if (lanes.length === 0) return new Map()
  const rows = await tx
    .selectFrom('lanes')
    .select(['lane', 'pending'])
    .where('queue', '=', inboxQueue)
    .where('lane', '=', sql<string>`any(${lanes})`)
    .execute()
  return new Map(rows.map(({ lane, pending }) => [lane, pending]))
}

/** Where a turn runs in the chat: end it, or tell a person whom we know, once for that turn, that they must wait. */
async function tellBusy(
  deps: AcceptDependencies,
  tx: Tx,
  messages: readonly InboundMessage[],
  bot: Bot,
  rules: BusyRules,
): Promise<void> {
  if (rules.mode === 'collect') return
  const lanes = messages.map(({ chat }) => laneOf(bot.id, chat))
  const running = await runningTurnsIn(tx, lanes)
  for (const [index, { chat, sender }] of messages.entries()) {
    const lane = lanes[index] ?? ''
    const turnId = running.get(lane)
    if (turnId === undefined) continue
    const [owner] = await ownersOf(deps, tx, [{ bot, sender }])
    if (owner === undefined) continue
    if (rules.mode === 'interrupt') {
      for (const id of await requestCancelInLane(tx, lane)) await deps.signalTurn(tx, id)
    } else {
      const key = `${turnId}/queued`
      await deps.delivery.post(tx, { botId: bot.id, to: chat, text: texts.queued, key, urgent: true })
    }
  }
}
