import { randomUUID } from 'node:crypto'
import type { Fields } from '../../lib/json.ts'
import { createEventLog, type EventLog } from './event-log.ts'
import { wordsOf } from './replies.ts'

/** A message as the server keeps and streams it. */
export interface StoredMessage {
  type: string
  content: unknown
  id: string
  [key: string]: unknown
}

/** What plays the graph of one run. Throwing is the exception of a node. */
export type Graph = (run: RunningGraph) => Promise<void>

/** What a graph of the tests can do. */
export interface RunningGraph {
  body: Fields
  /** The words of the person's newest message, or of the answer to an interrupt. */
  asked: string
  signal: AbortSignal
  emit(name: string, data: unknown): void
  /** Streams a message of the assistant in pieces, then adds it to the state. Gives its id. */
  say(pieces: string | string[], about?: object): string
  /** Streams the message as a whole, then adds it to the state. */
  add(message: Omit<StoredMessage, 'id'> & { id?: string }): void
  /** The state after a step. */
  values(): void
  /** Stops to ask. */
  interrupt(value: unknown): void
  messages: StoredMessage[]
}

export interface ServerRun {
  run_id: string
  thread_id: string
  status: 'pending' | 'running' | 'success' | 'error' | 'interrupted'
  metadata: object
  multitask_strategy: string
  body: Fields
  log: EventLog<{ event: string; data: unknown }>
  stop: AbortController
  ended: Promise<void>
}

export interface ServerThread {
  thread_id: string
  metadata: object
  messages: StoredMessage[]
  interrupts: { id: string; value: unknown }[]
  runs: ServerRun[]
}

export function createThread(thread_id: string, metadata: object): ServerThread {
  return { thread_id, metadata, messages: [], interrupts: [], runs: [] }
}

export function isGoing({ status }: ServerRun): boolean {
  return status === 'pending' || status === 'running'
}

/** Starts a run in the background, after `previous`. */
export function startRun(
  thread: ServerThread,
  body: Fields,
  graph: Graph,
  previous: Promise<void>,
): ServerRun {
  const run: ServerRun = {
    run_id: randomUUID(),
    thread_id: thread.thread_id,
    status: 'pending',
    metadata: (body['metadata'] as object | undefined) ?? {},
    multitask_strategy:
      typeof body['multitask_strategy'] === 'string' ? body['multitask_strategy'] : 'reject',
    body,
    log: createEventLog(),
    stop: new AbortController(),
    ended: Promise.resolve(),
  }
  thread.runs.push(run)
  run.ended = previous.then(() => play(thread, run, graph))
  return run
}

function emit(run: ServerRun, event: string, data: unknown) {
  run.log.push({ event, data: structuredClone(data) })
}

/** A run that is stopped before it begins does not begin; one that is stopped later ends as its graph does. */
async function play(thread: ServerThread, run: ServerRun, graph: Graph) {
  const { signal } = run.stop
  if (!signal.aborted) {
    run.status = 'running'
    emit(run, 'metadata', { run_id: run.run_id, attempt: 1 })
    run.status = await graph(runningGraph(thread, run)).then(
      () => 'success' as const,
      (error: unknown) => {
        const { name, message } = error as Error
        if (!signal.aborted) emit(run, 'error', { error: name, message })
        return 'error' as const
      },
    )
  }
  if (signal.aborted) run.status = 'interrupted'
  run.log.end()
}

function runningGraph(thread: ServerThread, run: ServerRun): RunningGraph {
  const { input, command } = run.body as { input?: { messages?: object[] }; command?: { resume?: unknown } }
  thread.interrupts = []
  for (const message of input?.messages ?? []) addMessage(thread, stored(message))
  const values = () => emit(run, 'values', { messages: thread.messages })
  values()
  const about = { langgraph_node: 'model', tags: [] }
  return {
    body: run.body,
    asked:
      JSON.stringify(command?.resume) || textOf(thread.messages.findLast(({ type }) => type === 'human')),
    signal: run.stop.signal,
    messages: thread.messages,
    emit: (name, data) => emit(run, name, data),
    values,
    say(pieces, more = {}) {
      const id = `run-${randomUUID()}`
      const list = typeof pieces === 'string' ? wordsOf(pieces) : pieces
      for (const content of list)
        emit(run, 'messages', [
          { type: 'AIMessageChunk', content, id, tool_call_chunks: [] },
          { ...about, ...more },
        ])
      addMessage(thread, { type: 'ai', content: list.join(''), id, tool_calls: [] })
      values()
      return id
    },
    add(message) {
      const whole = stored(message)
      emit(run, 'messages', [whole, about])
      addMessage(thread, whole)
      values()
    },
    interrupt(value) {
      thread.interrupts = [{ id: randomUUID(), value }]
      emit(run, 'values', { __interrupt__: thread.interrupts })
    },
  }
}

/** The reducer of messages: one with an id that is there already takes its place. */
function addMessage({ messages }: ServerThread, message: StoredMessage) {
  const index = messages.findIndex(({ id }) => id === message.id)
  if (index === -1) messages.push(message)
  else messages[index] = message
}

const types: Readonly<Record<string, string>> = { user: 'human', assistant: 'ai' }

function stored(message: object): StoredMessage {
  const { role, type, ...rest } = message as { role?: string; type?: string }
  const named = type ?? role ?? 'human'
  return { id: randomUUID(), content: '', ...rest, type: types[named] ?? named }
}

function textOf(message: StoredMessage | undefined): string {
  const content = message?.content ?? ''
  if (typeof content === 'string') return content
  return (content as { text?: string }[]).map(({ text }) => text ?? '').join(' ')
}
