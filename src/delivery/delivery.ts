import type { Button, ChannelDefinition, ChatAddress, Receipt } from '../channels/channel.ts'
import type { AttachBot } from '../channels/supervisor.ts'
import type { LaneMessage, Lanes } from '../coordination/lanes.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { Sleep } from '../lib/sleep.ts'
import type { Db, Tx } from '../storage/database.ts'
import { deliverAnswer } from './answer.ts'
import { createDeliveries } from './deliveries.ts'
import { createGovernor } from './governor.ts'
import { deliverNotice } from './notice.ts'
import { embeddedFiles } from './embedded-files.ts'
import { ownerOf, queueOf, type Job } from './jobs.ts'
import { giveUpOnRemoved } from './removed-bots.ts'
import { recordFailure, wholePart, type TellFailure } from './failure.ts'
import type { ReadTurn } from './followed-turn.ts'
import type { AnswerFiles, Outlet } from './outlet.ts'
import { takeLater, takeReceipts } from './receipts.ts'
import { disconnected, readRecords, removed, type DeliveryRecord } from './record.ts'
import { englishTexts, type DeliveryTexts } from './texts.ts'
import { DeliveryDelayed, whyOf, type Why } from './why.ts'

export type { DeliveryFailure, TellFailure } from './failure.ts'
export { tellThrough } from './failure-event.ts'
export { keptFiles } from './kept-files.ts'
export { keepOutboxesTidy } from './removed-bots.ts'
export { deliveryIdOf, turnOfDelivery, type DeliveryPart, type DeliveryRecord } from './record.ts'
export type { ReadTurn } from './followed-turn.ts'
export type { Why } from './why.ts'

/**
 * What goes out to the platforms: durable, in order per chat, at the platform's pace, once. Anyone may post; only
 * the replica that holds a bot sends.
 */
export interface Delivery {
  /** Sends a notice when the transaction commits; a second one with the same key is a no-op. */
  post(tx: Tx, notice: Notice): Promise<void>
  /** Shows the answers of turns, from their events, as they grow. A second call for a turn is a no-op. */
  answer(tx: Tx, answers: readonly AnswerOrder[]): Promise<void>
  /** Begins to send for a bot. `detach` hands running answers back; whoever attaches the bot next goes on. */
  attach: AttachBot
  /** Tries at once what waits in these chats: their person has written, and the bot may answer again. */
  hurry(tx: Tx, botId: string, chats: readonly ChatAddress[]): Promise<void>
  /** Records instead of sending that an answer cannot be delivered at all. */
  refuse(
    tx: Tx,
    answer: { botId: string; turnId: string },
    because: 'bot_removed' | 'disconnected',
  ): Promise<void>
  /**
   * Gives up what waits in the outboxes of bots that were removed: it reads failed, `bot_removed`, and is told of once.
   */
  giveUpOnRemoved(): Promise<void>
  /** Takes what a platform says later about messages of a bot. */
  takeReceipts(tx: Tx, botId: string, receipts: readonly Receipt[]): Promise<void>
  /** What became of the answers of turns, by turn; those that go to no chat of a bot of ours have none. */
  records(db: Db, turnIds: readonly string[]): Promise<Map<string, DeliveryRecord>>
}

export interface Notice {
  botId: string
  to: ChatAddress
  /** Markdown. */
  text: string
  /** Unique per bot. */
  key: string
  /** Does not wait for the answer that is being shown in the chat. */
  urgent?: boolean
  /** Choices under it; where the channel has no buttons for them, what to type for each is spelled out. */
  buttons?: readonly Button[]
}

export interface AnswerOrder {
  botId: string
  to: ChatAddress
  turnId: string
  /** The platform's id of the message that is answered. */
  question?: string
}

export interface DeliveryOptions {
  db: Db
  lanes: Lanes
  readTurn: ReadTurn
  clock: Clock
  sleep: Sleep
  log: Log
  /** The definition of a bot's channel. */
  findChannel: (name: string) => ChannelDefinition | undefined
  texts?: DeliveryTexts
  files?: AnswerFiles
  /** Hears of every delivery that fails, in the transaction that records it. */
  tellFailure?: TellFailure
}

/** With the longest backoff of the lanes a minute, a platform may be away for some sixteen hours. */
const maxAttempts = 1_000
/** Answers that one bot can show at once. */
const slots = 1_000

export function createDelivery(options: DeliveryOptions): Delivery {
  const { lanes, findChannel, clock, tellFailure: tell } = options
  const deliveries = createDeliveries(options.db, tell)

  const attach: AttachBot = (bot, channel) => {
    const definition = findChannel(bot.channel)
    if (definition === undefined) throw new Error(`There is no channel ${bot.channel}.`)
    const governor = createGovernor({ pace: definition.abilities.pace, ...options })
    const outlet: Outlet = {
      texts: englishTexts,
      files: embeddedFiles,
      ...options,
      deliveries,
      bot,
      channel,
      definition,
      governor,
    }
    const work = lanes.work(queueOf(bot.id), {
      handle: (message, { signal }) => perform({ ...outlet, tell, db: options.db }, message, signal),
      gaveUp: (message, error) => giveUpOn(outlet, message.payload as Job, error),
      maxAttempts,
      slots,
    })
    return { detach: () => work.stop() }
  }

  return {
    async post(tx, { botId, to, text, key, urgent = false, buttons = [] }) {
      const job: Job = { kind: 'notice', to, text, key, urgent, ...(buttons.length > 0 && { buttons }) }
      await lanes.enqueue(tx, [
        { queue: queueOf(botId), lane: laneOf(to) + (urgent ? '!' : ''), payload: job, dedupeKey: key },
      ])
    },
    async answer(tx, answers) {
      const items = answers.map(({ botId, ...answer }) => {
        const { to, turnId } = answer
        const payload: Job = { kind: 'answer', ...answer }
        return { queue: queueOf(botId), lane: laneOf(to), payload, dedupeKey: `answer:${turnId}` }
      })
      await lanes.enqueue(tx, items)
    },
    attach,
    hurry: (tx, botId, chats) => lanes.hurry(tx, queueOf(botId), chats.map(laneOf)),
    async refuse(tx, { botId, turnId }, because) {
      const owner = { key: turnId, botId, turnId }
      const why = because === 'bot_removed' ? removed : disconnected
      await recordFailure(tx, { owner, part: wholePart, at: new Date(clock.now()), why }, tell)
    },
    giveUpOnRemoved: () => giveUpOnRemoved(options),
    async takeReceipts(tx, botId, receipts) {
      const early = await takeReceipts(tx, botId, receipts, tell)
      const items = early.map((receipt) => {
        const payload: Job = { kind: 'receipt', receipt }
        const name = `receipt:${receipt.messageId}`
        return { queue: queueOf(botId), lane: name, payload, dedupeKey: `${name}:${receipt.state}` }
      })
      await lanes.enqueue(tx, items)
    },
    records: readRecords,
  }
}

type Performing = Outlet & { db: Db; tell: TellFailure | undefined }

async function perform(outlet: Performing, message: LaneMessage, signal: AbortSignal): Promise<string> {
  const job = message.payload as Job
  if (job.kind === 'receipt') return takeLater(outlet, outlet.bot.id, job.receipt, signal)
  try {
    return await (job.kind === 'answer'
      ? deliverAnswer(outlet, { ...job, orderedAt: message.createdAt }, signal)
      : deliverNotice(outlet, job, signal))
  } catch (error) {
    const why = whyOf(error)
    throw why === undefined ? error : new DeliveryDelayed(why, error)
  }
}

/** Whoever asks for the record is told that nobody tries any more. */
async function giveUpOn({ bot, deliveries, clock }: Outlet, job: Job, error: unknown): Promise<void> {
  const owner = ownerOf(bot.id, job)
  if (owner === undefined) return
  const last = whyOf(error instanceof DeliveryDelayed ? error.cause : error)
  const reason = `It was tried too often. ${last?.reason ?? 'The log says what went wrong.'}`
  const why: Why = { code: 'gave_up', platformCode: last?.platformCode ?? null, reason }
  await deliveries.fail({ owner, part: wholePart, at: new Date(clock.now()), why })
}

function laneOf({ chatId, topicId = '' }: ChatAddress): string {
  return `${chatId}/${topicId}`
}
