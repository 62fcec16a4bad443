import { randomUUID } from 'node:crypto'
import type { Fields } from '../../lib/json.ts'
import {
  createThread,
  isGoing,
  startRun,
  type Graph,
  type ServerRun,
  type ServerThread,
} from './langgraph-thread.ts'
import { startLocalServer, type LocalServer, type Reply, type SeenRequest } from './local-server.ts'
import { echoOf, eventOf, json, wordsOf } from './replies.ts'

/** How one request is treated, once its path and method match. */
export type Trouble =
  | { kind: 'error'; status: number; body?: object; headers?: Record<string, string> }
  /** The connection is reset before the server does anything. */
  | { kind: 'reset' }
  /** The server does what it was asked for, and the connection is reset without an answer. */
  | { kind: 'lost' }
  /** The stream is cut after so many events. */
  | { kind: 'cut'; after: number }

/** A local Agent Server (https://docs.langchain.com/langsmith/server-api-ref): threads, runs, their streams. */
export interface LangGraphServer extends LocalServer {
  threads: Map<string, ServerThread>
  /** The graphs of the next runs, one each, in order; without any the graph repeats what it was told. */
  next(...graphs: Graph[]): void
  /** Treats the next request of this method and path, such as `POST runs/stream`, in another way. */
  trouble(route: string, ...troubles: Trouble[]): void
  runs(): ServerRun[]
}

interface Options {
  apiKey?: string
  /** Whether a stream that is joined begins with the run. */
  replays?: boolean
  /** What a busy thread answers: 409 on the platform and DeerFlow, 422 on the server for JavaScript. */
  busyStatus?: number
}

/** Says again what it was told. */
export const echoGraph: Graph = async (run) => {
  run.say(wordsOf(echoOf(run.asked)))
}

export async function startLangGraphServer(options: Options = {}): Promise<LangGraphServer> {
  const world: World = { options, threads: new Map(), graphs: [], troubles: [] }
  const server = await startLocalServer((request) => answer(world, request))
  return {
    ...server,
    threads: world.threads,
    next: (...graphs) => void world.graphs.push(...graphs),
    trouble: (route, ...troubles) =>
      void world.troubles.push(...troubles.map((trouble) => ({ route, trouble }))),
    runs: () => [...world.threads.values()].flatMap(({ runs }) => runs),
    async stop() {
      for (const { runs } of world.threads.values()) for (const run of runs) run.stop.abort()
      await server.stop()
    },
  }
}

interface World {
  options: Options
  threads: Map<string, ServerThread>
  graphs: Graph[]
  troubles: { route: string; trouble: Trouble }[]
}

function answer(world: World, request: SeenRequest): Reply {
  const { headers, path, body } = request
  const trouble = takeTrouble(world, request)
  if (trouble?.kind === 'reset') return { end: 'reset' }
  if (trouble?.kind === 'error')
    return json(trouble.body ?? { detail: 'Refused.' }, trouble.status, trouble.headers)
  if (world.options.apiKey !== undefined && headers['x-api-key'] !== world.options.apiKey)
    return json({ detail: `Invalid key ${String(headers['x-api-key'])}` }, 403)
  const [, , threadId = '', runs, runId, verb] = path.split('/')
  if (threadId === '') return json(threadOf(makeThread(world, body)))
  const thread = world.threads.get(threadId)
  if (thread === undefined) return json({ detail: `Thread with ID ${threadId} not found` }, 404)
  if (runs === undefined) return json(threadOf(thread))
  if (runs === 'state') return json(stateOf(thread))
  if (runId === 'stream') return beginRun(world, thread, request, trouble)
  if (runId === undefined) return json(thread.runs.map(runOf))
  const run = thread.runs.find(({ run_id }) => run_id === runId)
  if (run === undefined) return json({ detail: 'Run not found' }, 404)
  if (verb === undefined) return json(runOf(run))
  return verb === 'cancel' ? cancel(run, request) : join(world, run, request, trouble)
}

function takeTrouble({ troubles }: World, { method, path }: SeenRequest): Trouble | undefined {
  const index = troubles.findIndex(({ route }) => {
    const [wanted = '', end = ''] = route.split(' ')
    return method === wanted && path.endsWith(end)
  })
  return index === -1 ? undefined : troubles.splice(index, 1)[0]?.trouble
}

function makeThread({ threads }: World, body: Fields): ServerThread {
  const id = typeof body['thread_id'] === 'string' ? body['thread_id'] : randomUUID()
  const thread = threads.get(id) ?? createThread(id, (body['metadata'] as object | undefined) ?? {})
  threads.set(id, thread)
  return thread
}

function beginRun(
  { options, graphs }: World,
  thread: ServerThread,
  request: SeenRequest,
  trouble: Trouble | undefined,
): Reply {
  const going = thread.runs.filter(isGoing)
  const strategy = request.body['multitask_strategy'] ?? 'reject'
  if (going.length > 0 && strategy === 'reject')
    return json({ detail: 'Thread is already running a task.' }, options.busyStatus ?? 409)
  if (strategy === 'interrupt' || strategy === 'rollback') for (const run of going) run.stop.abort()
  const previous = Promise.all(going.map(({ ended }) => ended)).then(() => undefined)
  const run = startRun(thread, request.body, graphs.shift() ?? echoGraph, previous)
  return trouble?.kind === 'lost' ? { end: 'reset' } : streamOf(run, 0, request, trouble)
}

function join({ options }: World, run: ServerRun, request: SeenRequest, trouble: Trouble | undefined): Reply {
  const last = Number(request.headers['last-event-id'] ?? NaN)
  const from = options.replays === false || Number.isNaN(last) ? run.log.entries.length : last + 1
  return streamOf(run, from, request, trouble)
}

function cancel(run: ServerRun, { query }: SeenRequest): Reply {
  run.stop.abort()
  if (isGoing(run)) run.status = 'interrupted'
  run.log.end()
  return { status: ['1', 'true'].includes(query.get('wait') ?? '') ? 204 : 202 }
}

function streamOf(
  run: ServerRun,
  from: number,
  { closed }: SeenRequest,
  trouble: Trouble | undefined,
): Reply {
  const isCut = trouble?.kind === 'cut'
  return {
    headers: {
      'content-type': 'text/event-stream',
      'content-location': `/threads/${run.thread_id}/runs/${run.run_id}`,
    },
    pieces: piecesOf(run, from, closed, isCut ? from + trouble.after : undefined),
    end: isCut ? 'cut' : undefined,
  }
}

async function* piecesOf(run: ServerRun, from: number, closed: Promise<void>, to: number | undefined) {
  for await (const [id, { event, data }] of run.log.from(from, closed, to))
    yield `event: ${event}\nid: ${id}\n${eventOf(data)}`
}

function runOf({ run_id, thread_id, status, metadata, multitask_strategy, body }: ServerRun): object {
  return {
    run_id,
    thread_id,
    assistant_id: body['assistant_id'],
    status,
    metadata,
    multitask_strategy,
    kwargs: {},
  }
}

function threadOf({ thread_id, metadata, runs, interrupts }: ServerThread): object {
  const status = runs.some(isGoing) ? 'busy' : interrupts.length > 0 ? 'interrupted' : 'idle'
  return {
    thread_id,
    metadata,
    status,
    created_at: '2026-01-01T00:00:00Z',
    updated_at: '2026-01-01T00:00:00Z',
  }
}

function stateOf({ thread_id, messages, interrupts }: ServerThread): object {
  return {
    values: { messages },
    next: interrupts.length > 0 ? ['model'] : [],
    tasks: interrupts.length > 0 ? [{ id: 'task', name: 'model', interrupts }] : [],
    checkpoint: { thread_id, checkpoint_ns: '', checkpoint_id: null },
    metadata: {},
  }
}
