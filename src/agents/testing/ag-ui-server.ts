import { fieldsOf, listOf, stringOf, type Fields } from '../../lib/json.ts'
import { startLocalServer, type LocalServer, type Reply } from './local-server.ts'
import { echoOf, eventOf, eventStream, json, rawReply, wordsOf, type Raw } from './replies.ts'

/** How the agent treats one run. Without any it answers with what it was told. */
export type AgUiBehaviour =
  | Raw
  /** A run of these events between its start and its end; `outcome` and `usage` go into the end. */
  | { kind: 'run'; events: Fields[]; end?: Fields }
  | { kind: 'error'; status: number; message?: string; headers?: Record<string, string> }
  /** These events and no others; `cut` resets the connection after them, `hang` leaves it open. */
  | { kind: 'events'; events: Fields[]; end?: 'cut' | 'hang' }

/** A local agent that speaks AG-UI over HTTP (https://docs.ag-ui.com). Its `url` is the agent's address. */
export interface AgUiServer extends LocalServer {
  /** How the next runs are treated, one each, in order. */
  next(...behaviours: AgUiBehaviour[]): void
}

export async function startAgUiServer({ apiKey }: { apiKey?: string } = {}): Promise<AgUiServer> {
  const queue: AgUiBehaviour[] = []
  const local = await startLocalServer(({ path, headers: { authorization = 'none' }, body }) => {
    if (apiKey !== undefined && authorization !== `Bearer ${apiKey}`)
      return json({ error: `Not allowed: ${authorization}` }, 401)
    if (path !== '/agent/') return json({ error: 'Not found.' }, 404)
    if (!isRunInput(body)) return json({ detail: 'This is no RunAgentInput.' }, 422)
    return replyTo(body, queue.shift() ?? { kind: 'run', events: repetitionOf(body) })
  })
  return { ...local, url: `${local.url}/agent/`, next: (...behaviours) => void queue.push(...behaviours) }
}

/** What the first versions of the protocol asked for, and what came to it later; they forbade all else. */
const needed = ['threadId', 'runId', 'state', 'messages', 'tools', 'context', 'forwardedProps']
const allowed = [...needed, 'resume', 'parentRunId', 'protocolVersion']

function isRunInput(body: Fields): boolean {
  return (
    Object.keys(body).every((name) => allowed.includes(name)) &&
    needed.every((name) => body[name] !== undefined && body[name] !== null) &&
    listOf(body['messages'])
      .map(fieldsOf)
      .every(({ id, role }) => stringOf(id) !== '' && role !== undefined)
  )
}

function replyTo({ threadId, runId }: Fields, behaviour: AgUiBehaviour): Reply {
  switch (behaviour.kind) {
    case 'run':
      return streamOf([
        { type: 'RUN_STARTED', threadId, runId },
        ...behaviour.events,
        { type: 'RUN_FINISHED', threadId, runId, ...behaviour.end },
      ])
    case 'events':
      return streamOf(behaviour.events, behaviour.end)
    case 'error':
      return json({ error: behaviour.message ?? 'Refused.' }, behaviour.status, behaviour.headers)
    default:
      return rawReply(behaviour)
  }
}

function streamOf(events: readonly Fields[], end?: 'cut' | 'hang'): Reply {
  return eventStream([': keepalive\n\n', ...events.map(eventOf)], end)
}

/** A message of the agent as the three kinds of events that it comes in. */
export function message(pieces: readonly string[], messageId = 'answer-1', more: Fields = {}): Fields[] {
  return [
    { type: 'TEXT_MESSAGE_START', messageId, role: 'assistant', ...more },
    ...pieces.map((delta) => ({ type: 'TEXT_MESSAGE_CONTENT', messageId, delta, ...more })),
    { type: 'TEXT_MESSAGE_END', messageId, ...more },
  ]
}

function repetitionOf(body: Fields): Fields[] {
  const { content } = fieldsOf(listOf(body['messages']).at(-1))
  const text = typeof content === 'string' ? content : stringOf(fieldsOf(listOf(content)[0])['text'])
  return message(wordsOf(echoOf(text)))
}
