import type { Bot } from '../channels/bots.ts'
import type { Channel, ChannelDefinition, ChatAddress, OutboundMessage } from '../channels/channel.ts'
import type { Clock } from '../lib/clock.ts'
import { PlatformError } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import { parseMarkdown, printPlain } from '../lib/markdown.ts'
import type { Sleep } from '../lib/sleep.ts'
import type { Deliveries, DeliveryOwner } from './deliveries.ts'
import type { FollowedTurn, ReadTurn } from './followed-turn.ts'
import type { Governor } from './governor.ts'
import type { DeliveryTexts } from './texts.ts'
import { whyOfRefusal } from './why.ts'

/** All that is needed to say something through one bot. */
export interface Outlet {
  bot: Bot
  channel: Channel
  definition: ChannelDefinition
  governor: Governor
  deliveries: Deliveries
  readTurn: ReadTurn
  clock: Clock
  sleep: Sleep
  log: Log
  texts: DeliveryTexts
  files: AnswerFiles
}

/** Where the files of answers are. */
export interface AnswerFiles {
  /** The content behind the address that an agent gave; undefined if it is not to be had. */
  open(url: string): Promise<Blob | undefined>
  /** An address that a person can open; undefined if there is none. */
  link(url: string): string | undefined
}

/** An answer on its way to a chat. */
export interface Answer {
  outlet: Outlet
  owner: DeliveryOwner
  to: ChatAddress
  turn: FollowedTurn
  /** The messages that should stand in the chat right now. */
  messages(): readonly OutboundMessage[]
  signal: AbortSignal
}

/** How a piece of work ended: `undeliverable` when the platform will never take it. */
export type DeliveryOutcome = 'sent' | 'undeliverable'

/** Whether the platform said that this chat or message cannot be reached, or that it will never take this. */
export function isFinalRefusal(error: unknown): error is PlatformError {
  return error instanceof PlatformError && (error.kind === 'gone' || error.kind === 'invalid')
}

/** Only the first message of an answer refers to the question. */
export function addressOf({ replyTo, ...chat }: ChatAddress, part: number): ChatAddress {
  return part === 0 && replyTo !== undefined ? { ...chat, replyTo } : chat
}

export async function giveUp(
  { outlet, owner }: Answer,
  part: number,
  error: PlatformError,
): Promise<DeliveryOutcome> {
  const at = new Date(outlet.clock.now())
  await outlet.deliveries.fail({ owner, part, at, why: whyOfRefusal(error) })
  outlet.log.warn({ err: error, bot: outlet.bot.id, turn: owner.turnId }, 'an answer cannot be delivered')
  return 'undeliverable'
}

/** A sentence of our own, as the channel shows it. */
export function printed(definition: ChannelDefinition, markdown: string): OutboundMessage {
  const root = parseMarkdown(markdown)
  return { text: definition.print(root), plain: printPlain(root) }
}
