import { createHash } from 'node:crypto'
import type { AgentFile, AgentTurn } from '../../agent.ts'
import { hasSeveralPeople, saidBy, windowOf, type HistoryWindow } from '../../history.ts'
import type { Fields } from '../../../lib/json.ts'
import type { Remembered } from './memory.ts'

/** RunAgentInput (https://docs.ag-ui.com/sdk/js/core/types#runagentinput). */
export interface RunAgentInput {
  threadId: string
  runId: string
  state: unknown
  messages: Message[]
  tools: []
  context: []
  forwardedProps: Fields
  resume?: { interruptId: string; status: 'cancelled' }[]
}

export interface Message {
  id: string
  role: 'user' | 'assistant'
  content: string | ContentPart[]
}

export type ContentPart =
  { type: 'text'; text: string } | { type: 'image' | 'audio' | 'video' | 'document'; source: PartSource }

type PartSource =
  { type: 'data'; value: string; mimeType: string } | { type: 'url'; value: string; mimeType: string }

export function runInput(turn: AgentTurn, window: HistoryWindow, remembered: Remembered): RunAgentInput {
  const { state, interrupts } = remembered
  return {
    threadId: turn.user.kind === 'member' ? turn.conversation.id : `${turn.conversation.id}-guests`,
    // A run is never taken up again, so each attempt is one of its own.
    runId: turn.attempt === 1 ? turn.idempotencyKey : `${turn.idempotencyKey}-${turn.attempt}`,
    state: state ?? {},
    messages: messagesOf(turn, window),
    tools: [],
    context: [],
    forwardedProps: propsOf(turn),
    ...(interrupts.length === 0
      ? {}
      : { resume: interrupts.map((interruptId) => ({ interruptId, status: 'cancelled' as const })) }),
  }
}

/** Servers that keep the thread themselves recognise a message by its id, so a message must keep its own. */
function messagesOf(turn: AgentTurn, window: HistoryWindow): Message[] {
  const { history, message, user, conversation } = turn
  const tellApart = hasSeveralPeople(turn)
  const idOf = createIds(conversation.id)
  const ids = new Map(history.map((earlier) => [earlier, idOf(earlier.role, earlier.text)]))
  const earlier = windowOf(history, window).map((said): Message => ({
    id: ids.get(said) ?? '',
    role: said.role,
    content: saidBy(said.author, said.text, tellApart && said.role === 'user'),
  }))
  // As the history will call it once it is part of it.
  const text = [message.text, ...message.files.map(({ name }) => `[file: ${name}]`)]
    .filter((line) => line !== '')
    .join('\n\n')
  const content = contentOf(message.files, saidBy(user.name, message.text, tellApart))
  return [...earlier, { id: idOf('user', text), role: 'user', content }]
}

/** Ids by what was said, and how often it was said before. */
function createIds(conversation: string) {
  const counts = new Map<string, number>()
  return (role: string, text: string) => {
    const hash = createHash('sha256')
      .update(`${conversation}\n${role}\n${text}`)
      .digest('base64url')
      .slice(0, 24)
    const count = (counts.get(hash) ?? 0) + 1
    counts.set(hash, count)
    return count === 1 ? `msg-${hash}` : `msg-${hash}-${count}`
  }
}

/** Text alone stays a text: agents that know no files take nothing else. */
function contentOf(files: readonly AgentFile[], text: string): string | ContentPart[] {
  if (files.length === 0) return text
  return [...(text === '' ? [] : [{ type: 'text', text } as const]), ...files.map(partOf)]
}

function partOf({ mediaType, url }: AgentFile): ContentPart {
  const kind = mediaType.split('/')[0]
  const type = kind === 'image' || kind === 'audio' || kind === 'video' ? kind : 'document'
  const data = /^data:[^,]*;base64,(.*)$/s.exec(url)?.[1]
  const source: PartSource =
    data === undefined
      ? { type: 'url', value: url, mimeType: mediaType }
      : { type: 'data', value: data, mimeType: mediaType }
  return { type, source }
}

/** Who asks, and their right to call us. Agents pass these on to their tools, not to their model. */
function propsOf({ user, conversation, grant }: AgentTurn): Fields {
  if (user.kind === 'guest') return {}
  return {
    portico: {
      user: { id: user.id, name: user.name },
      conversation,
      ...(grant === null ? {} : { grant }),
    },
  }
}
