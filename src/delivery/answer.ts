import type { Root } from 'mdast'
import { canEdit, type ChatAddress, type OutboundMessage } from '../channels/channel.ts'
import { followTurn, type FollowedTurn } from './followed-turn.ts'
import { growAnswer } from './growing-answer.ts'
import { printed, type DeliveryOutcome, type Outlet } from './outlet.ts'
import { createSplitter } from './split.ts'
import type { Transcript } from './transcript.ts'
import { sendAnswer } from './whole-answer.ts'

export interface AnswerJob {
  to: ChatAddress
  turnId: string
}

/**
 * Shows a turn's answer in its chat, each message once. Rejects when it could not be finished now: the same call
 * goes on later, by what table `deliveries` says.
 */
export async function deliverAnswer(
  outlet: Outlet,
  job: AnswerJob,
  signal: AbortSignal,
): Promise<DeliveryOutcome> {
  const { streams, texts, bot, definition, channel } = outlet
  const done = new AbortController()
  const working = AbortSignal.any([signal, done.signal])
  const turn = followTurn(streams, job.turnId, texts, working)
  const owner = { key: job.turnId, botId: bot.id, turnId: job.turnId }
  const answer = { outlet, owner, to: job.to, turn, messages: messagesOf(outlet, turn), signal: working }
  try {
    if (definition.abilities.streaming === 'edit' && canEdit(channel)) {
      return await growAnswer(answer, channel)
    }
    return await sendAnswer(answer)
  } finally {
    done.abort()
  }
}

function messagesOf({ definition, texts }: Outlet, turn: FollowedTurn): () => OutboundMessage[] {
  const { maxTextLength } = definition.abilities
  const print = (root: Root) => definition.print(root)
  let splitter = createSplitter(print, maxTextLength)
  let shown: Transcript | undefined
  let messages: OutboundMessage[] = []
  return () => {
    const { transcript } = turn
    if (transcript === shown) return messages
    if (shown !== undefined && shown.attempt !== transcript.attempt) {
      splitter = createSplitter(print, maxTextLength)
    }
    shown = transcript
    messages = splitter.split(transcript.text, transcript.isFinished)
    if (messages.length === 0 && transcript.tool !== undefined) {
      messages = [printed(definition, texts.toolLine(transcript.tool))]
    }
    return messages
  }
}
