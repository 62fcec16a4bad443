import { canEdit, type ChatAddress } from '../channels/channel.ts'
import { deliverFiles } from './answer-files.ts'
import { showMessages } from './answer-messages.ts'
import { followTurn } from './followed-turn.ts'
import { growAnswer } from './growing-answer.ts'
import { markQuestion } from './mark.ts'
import type { Answer, DeliveryOutcome, Outlet } from './outlet.ts'
import { sendAnswer } from './whole-answer.ts'

export interface AnswerJob {
  to: ChatAddress
  turnId: string
  /** The platform's id of the message that is answered. */
  question?: string
}

/**
 * Shows a turn's answer in its chat, each message once. Rejects when it could not be finished now: the same call
 * goes on later, by what table `deliveries` says.
 */
export async function deliverAnswer(
  outlet: Outlet,
  job: AnswerJob & { orderedAt: Date },
  signal: AbortSignal,
): Promise<DeliveryOutcome> {
  const { readTurn, texts, bot } = outlet
  const done = new AbortController()
  const working = AbortSignal.any([signal, done.signal])
  const turn = followTurn(readTurn, { id: job.turnId, orderedAt: job.orderedAt }, texts, working)
  const owner = { key: job.turnId, botId: bot.id, turnId: job.turnId }
  const messages = showMessages(outlet, () => turn.transcript)
  const answer = { outlet, owner, to: job.to, turn, messages, signal: working }
  const mark = markQuestion(answer, job.question)
  try {
    return await deliver(answer)
  } finally {
    await mark.remove()
    done.abort()
  }
}

async function deliver(answer: Answer): Promise<DeliveryOutcome> {
  const { definition, channel } = answer.outlet
  const isGrowing = definition.abilities.streaming !== 'buffer' && canEdit(channel)
  const outcome = await (isGrowing ? growAnswer(answer, channel) : sendAnswer(answer))
  return outcome === 'sent' ? deliverFiles(answer) : outcome
}
