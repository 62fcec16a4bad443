import type { Receipt } from '../channels/channel.ts'
import type { AnswerJob } from './answer.ts'
import type { DeliveryOwner } from './deliveries.ts'
import type { NoticeJob } from './notice.ts'

/** What waits in the outbox of a bot. */
export type Job =
  (NoticeJob & { kind: 'notice' }) | (AnswerJob & { kind: 'answer' }) | { kind: 'receipt'; receipt: Receipt }

/** The queue that is a bot's outbox. */
export function queueOf(botId: string): string {
  return `outbox:${botId}`
}

/** Whose messages a job sends; undefined where it sends none. */
export function ownerOf(botId: string, job: Job): DeliveryOwner | undefined {
  if (job.kind === 'receipt') return undefined
  if (job.kind === 'notice') return { key: job.key, botId, turnId: null }
  return { key: job.turnId, botId, turnId: job.turnId }
}
