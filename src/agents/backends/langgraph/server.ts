import type { AgentDependencies } from '../../agent.ts'
import { Failure, unreadable } from '../../upstream/failure.ts'
import { fieldsOf, listOf, stringOf, type Fields } from '../../../lib/json.ts'
import { delayBefore, longestWaitMs } from '../../upstream/retries.ts'
import type { ServerEvent } from '../../upstream/server-events.ts'
import { askUpstream, askUpstreamForJson, type Upstream, type UpstreamCall } from '../../upstream/upstream.ts'

/**
 * The part of the Agent Server API that we use (https://docs.langchain.com/langsmith/server-api-ref); DeerFlow's
 * gateway offers the same below /api. What does no harm when it is done twice is tried again by itself. Throws
 * Failure, and the signal's reason when it aborts.
 */
export interface Server {
  /** Makes the thread, or leaves it as it is if there is one of this id. Gives the id that the server uses. */
  createThread(id: string, metadata: object, signal: AbortSignal): Promise<string>
  hasThread(id: string, signal: AbortSignal): Promise<boolean>
  /** Undefined if there is no such run, or no thread of it. */
  readRun(thread: string, run: string, signal: AbortSignal): Promise<Run | undefined>
  listRuns(thread: string, signal: AbortSignal): Promise<Run[]>
  readState(thread: string, signal: AbortSignal): Promise<Fields>
  /** Asked once: who does not hear the answer does not know whether the run exists. */
  startRun(thread: string, body: object, signal: AbortSignal): AsyncGenerator<RunEvent>
  /** The events of a run from its beginning, where the server has kept them. */
  joinRun(thread: string, run: string, signal: AbortSignal): AsyncGenerator<RunEvent>
  cancelRun(thread: string, run: string, signal: AbortSignal): Promise<void>
}

export interface Run {
  id: string
  isGoing: boolean
  hasFailed: boolean
  /** Which turn it was started for. */
  turn: string
}

export interface RunEvent extends ServerEvent {
  /** Empty as long as the server has not said it. */
  run: string
}

/** `headers` says for whom the server is asked. */
export function createServer(
  upstream: Upstream,
  headers: Readonly<Record<string, string>>,
  dependencies: AgentDependencies,
): Server {
  const ask = (call: UpstreamCall, signal: AbortSignal) =>
    patiently(
      () => askUpstreamForJson({ ...call, headers }, upstream, dependencies, signal),
      upstream.maxRetries,
      dependencies,
      signal,
    )
  const orNothing = <T>(answer: Promise<T>) => answer.catch(unlessMissing)
  const runPath = (thread: string, run: string) => `${threadPath(thread)}/runs/${encodeURIComponent(run)}`

  return {
    async createThread(id, metadata, signal) {
      const body = { thread_id: id, if_exists: 'do_nothing', metadata }
      const thread = fieldsOf(await ask({ path: '/threads', body }, signal))
      return stringOf(thread['thread_id']) || id
    },
    hasThread: async (id, signal) => (await orNothing(ask({ path: threadPath(id) }, signal))) !== undefined,
    async readRun(thread, run, signal) {
      const found = await orNothing(ask({ path: runPath(thread, run) }, signal))
      return found === undefined ? undefined : readRun(found)
    },
    async listRuns(thread, signal) {
      // Of each run the messages that it was given would come too, with their images.
      const query = 'limit=1000&select=run_id&select=status&select=metadata'
      const runs = await orNothing(ask({ path: `${threadPath(thread)}/runs?${query}` }, signal))
      return listOf(runs).map(readRun)
    },
    readState: async (thread, signal) => fieldsOf(await ask({ path: `${threadPath(thread)}/state` }, signal)),
    startRun: (thread, body, signal) =>
      runEvents({ path: `${threadPath(thread)}/runs/stream`, body, headers }, upstream, dependencies, signal),
    joinRun: (thread, run, signal) =>
      runEvents(
        { path: `${runPath(thread, run)}/stream`, headers: { ...headers, 'last-event-id': '-1' } },
        upstream,
        dependencies,
        signal,
      ),
    async cancelRun(thread, run, signal) {
      await ask({ path: `${runPath(thread, run)}/cancel?action=interrupt`, method: 'POST' }, signal)
    },
  }
}

function threadPath(thread: string): string {
  return `/threads/${encodeURIComponent(thread)}`
}

/** Servers tell the id of a run in a header before the first event, in the first event, or in both. */
async function* runEvents(
  call: UpstreamCall,
  upstream: Upstream,
  dependencies: AgentDependencies,
  signal: AbortSignal,
): AsyncGenerator<RunEvent> {
  let run = ''
  const onHeaders = (headers: Headers) => {
    run = /\/runs\/([^/?#]+)/.exec(headers.get('content-location') ?? '')?.[1] ?? ''
  }
  for await (const event of askUpstream({ ...call, onHeaders }, upstream, dependencies, signal)) {
    if (event.name === 'metadata') run ||= stringOf(fieldsOf(dataOf(event))['run_id'])
    yield { ...event, run }
  }
}

/** What an event carries. Throws Failure if it is not JSON. */
export function dataOf({ data }: Pick<ServerEvent, 'data'>): unknown {
  try {
    return JSON.parse(data) as unknown
  } catch {
    throw unreadable(`The server sent ${data.length} characters that are not JSON.`)
  }
}

function readRun(value: unknown): Run {
  const run = fieldsOf(value)
  const status = stringOf(run['status'])
  return {
    id: stringOf(run['run_id']),
    isGoing: status === 'pending' || status === 'running',
    hasFailed: status === 'error' || status === 'timeout',
    turn: stringOf(fieldsOf(run['metadata'])['portico_turn']),
  }
}

async function patiently<T>(
  ask: () => Promise<T>,
  maxRetries: number,
  { sleep }: Pick<AgentDependencies, 'sleep'>,
  signal: AbortSignal,
): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await ask()
    } catch (error) {
      if (!(error instanceof Failure) || !error.mayPass || attempt >= maxRetries) throw error
      const wait = delayBefore(attempt, error)
      if (wait > longestWaitMs) throw error
      await sleep(wait, signal)
    }
  }
}

function unlessMissing(error: unknown): undefined {
  if (error instanceof Failure && error.said?.status === 404) return undefined
  throw error
}
