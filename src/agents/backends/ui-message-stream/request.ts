import type { AgentTurn } from '../../agent.ts'
import { hasSeveralPeople, saidBy, windowOf, type HistoryWindow } from '../../history.ts'

/** What `DefaultChatTransport` of the AI SDK posts, and one member of ours that says whose turn it is. */
export interface ChatRequest {
  /** The chat; the conversation's id. */
  id: string
  messages: UiMessage[]
  trigger: 'submit-message'
  portico: {
    turn: { id: string; attempt: number }
    conversation: AgentTurn['conversation']
    user: AgentTurn['user']
  }
}

/** A message as the SDK's pages keep it (https://ai-sdk.dev/docs/reference/ai-sdk-core/ui-message). */
export interface UiMessage {
  id: string
  role: 'user' | 'assistant'
  parts: UiPart[]
}

export type UiPart =
  { type: 'text'; text: string } | { type: 'file'; mediaType: string; filename: string; url: string }

export function chatRequest(turn: AgentTurn, window: HistoryWindow): ChatRequest {
  const tellApart = hasSeveralPeople(turn)
  const earlier = windowOf(turn.history, window).map(({ role, text, author }, index): UiMessage => {
    const said = saidBy(author, text, tellApart && role === 'user')
    return { id: `${turn.id}-earlier-${index + 1}`, role, parts: [{ type: 'text', text: said }] }
  })
  const { id, conversation, user, attempt } = turn
  return {
    id: conversation.id,
    messages: [...earlier, { id, role: 'user', parts: partsOf(turn, tellApart) }],
    trigger: 'submit-message',
    portico: { turn: { id, attempt }, conversation, user },
  }
}

/** The grant goes beside the body, which such servers keep and show to their models. */
export function headersOf({ idempotencyKey, grant }: AgentTurn): Record<string, string> {
  return {
    'idempotency-key': idempotencyKey,
    ...(grant === null ? {} : { 'portico-grant': grant.token, 'portico-url': grant.url }),
  }
}

function partsOf({ message, user }: AgentTurn, tellApart: boolean): UiPart[] {
  const files = message.files.map(({ name, mediaType, url }): UiPart => ({
    type: 'file',
    mediaType,
    filename: name,
    url,
  }))
  const hasWords = message.text !== '' || files.length === 0
  return [
    ...(hasWords ? [{ type: 'text' as const, text: saidBy(user.name, message.text, tellApart) }] : []),
    ...files,
  ]
}
