import type { ChannelDefinition, ChatAddress } from '../channels/channel.ts'
import type { AttachBot } from '../channels/supervisor.ts'
import type { LaneMessage, Lanes } from '../coordination/lanes.ts'
import type { Streams } from '../coordination/streams.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { Sleep } from '../lib/sleep.ts'
import type { Db, Tx } from '../storage/database.ts'
import { deliverAnswer, type AnswerJob } from './answer.ts'
import { createDeliveries } from './deliveries.ts'
import { createGovernor } from './governor.ts'
import { deliverNotice, type NoticeJob } from './notice.ts'
import { embeddedFiles } from './embedded-files.ts'
import type { AnswerFiles, Outlet } from './outlet.ts'
import { englishTexts, type DeliveryTexts } from './texts.ts'

export { keptFiles } from './kept-files.ts'

/**
 * What goes out to the platforms: durable, in order per chat, at the platform's pace, once. Anyone may post; only
 * the replica that holds a bot sends.
 */
export interface Delivery {
  /** Sends a notice when the transaction commits; a second one with the same key is a no-op. */
  post(tx: Tx, notice: Notice): Promise<void>
  /** Shows the answers of turns, from their event streams, as they grow. A second call for a turn is a no-op. */
  answer(tx: Tx, answers: readonly AnswerOrder[]): Promise<void>
  /** Begins to send for a bot. `detach` hands running answers back; whoever attaches the bot next goes on. */
  attach: AttachBot
  /** Tries at once what waits in these chats: their person has written, and the bot may answer again. */
  hurry(tx: Tx, botId: string, chats: readonly ChatAddress[]): Promise<void>
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
  streams: Streams
  clock: Clock
  sleep: Sleep
  log: Log
  /** The definition of a bot's channel. */
  findChannel: (name: string) => ChannelDefinition | undefined
  texts?: DeliveryTexts
  files?: AnswerFiles
}

type Job = (NoticeJob & { kind: 'notice' }) | (AnswerJob & { kind: 'answer' })

/** With the longest backoff of the lanes a minute, a platform may be away for some sixteen hours. */
const maxAttempts = 1_000
/** Answers that one bot can show at once. */
const slots = 1_000

export function createDelivery(options: DeliveryOptions): Delivery {
  const { lanes, findChannel } = options
  const deliveries = createDeliveries(options.db)

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
      handle: (message, { signal }) => perform(outlet, message, signal),
      maxAttempts,
      slots,
    })
    return { detach: () => work.stop() }
  }

  return {
    async post(tx, { botId, to, text, key, urgent = false }) {
      const job: Job = { kind: 'notice', to, text, key, urgent }
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
  }
}

function perform(outlet: Outlet, message: LaneMessage, signal: AbortSignal): Promise<string> {
  const job = message.payload as Job
  return job.kind === 'answer' ? deliverAnswer(outlet, job, signal) : deliverNotice(outlet, job, signal)
}

function queueOf(botId: string): string {
  return `outbox:${botId}`
}

function laneOf({ chatId, topicId = '' }: ChatAddress): string {
  return `${chatId}/${topicId}`
}
