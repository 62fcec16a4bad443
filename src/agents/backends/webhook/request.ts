import type { AgentTurn } from '../../agent.ts'
import { windowOf, type HistoryWindow } from '../../history.ts'
import { sign } from '../../../lib/standard-webhooks.ts'
import type { UpstreamCall } from '../../upstream/upstream.ts'
import type { WebhookSettings } from './settings.ts'

/** What is posted for a turn; documented in docs/agents.md. */
export interface TurnAsked {
  type: 'turn.asked'
  turn: { id: string; attempt: number }
  conversation: AgentTurn['conversation']
  user: AgentTurn['user']
  message: { text: string; files: { name: string; media_type: string; url: string }[] }
  history: AgentTurn['history']
  grant: AgentTurn['grant']
}

export function turnAsked(turn: AgentTurn, window: HistoryWindow): TurnAsked {
  const { id, attempt, conversation, user, message, history, grant } = turn
  return {
    type: 'turn.asked',
    turn: { id, attempt },
    conversation,
    user,
    message: {
      text: message.text,
      files: message.files.map(({ name, mediaType, url }) => ({ name, media_type: mediaType, url })),
    },
    history: windowOf(history, window),
    grant,
  }
}

/** The signed request. `now` is in milliseconds: receivers refuse a request that is older than some minutes. */
export function signedCall(turn: AgentTurn, settings: WebhookSettings, now: number): UpstreamCall {
  const body = JSON.stringify(turnAsked(turn, settings))
  const timestamp = Math.floor(now / 1000)
  return {
    path: settings.path,
    body,
    headers: {
      accept: 'text/event-stream, application/json;q=0.9, text/markdown;q=0.8, text/plain;q=0.8',
      'webhook-id': turn.idempotencyKey,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': sign(settings.secret, turn.idempotencyKey, timestamp, body),
    },
    plainText: true,
  }
}
