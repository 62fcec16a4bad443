import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  createThread,
  isGoing,
  startRun,
  type Graph,
  type RunBody,
  type ServerRun,
  type ServerThread,
} from './langgraph-thread.ts'
import { readBody, sendJson, startLocalServer, writePiece } from './local-server.ts'

/** How one request is treated, once its path and method match. */
export type Trouble =
  | { kind: 'error'; status: number; body?: object; headers?: Record<string, string> }
  /** The connection is reset before the server does anything. */
  | { kind: 'reset' }
  /** The server does what it was asked for, and the connection is reset without an answer. */
  | { kind: 'lost' }
  /** The stream is cut after so many events. */
  | { kind: 'cut'; after: number }

export interface SeenRequest {
  method: string
  path: string
  headers: IncomingMessage['headers']
  body: RunBody
}

/** A local Agent Server (https://docs.langchain.com/langsmith/server-api-ref): threads, runs, their streams. */
export interface LangGraphServer {
  url: string
  requests: SeenRequest[]
  threads: Map<string, ServerThread>
  /** The graphs of the next runs, one each, in order; without any the graph repeats what it was told. */
  next(...graphs: Graph[]): void
  /** Treats the next request of this method and path, such as `POST runs/stream`, in another way. */
  trouble(route: string, ...troubles: Trouble[]): void
  runs(): ServerRun[]
  stop: () => Promise<void>
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
  const words = run.asked.match(/\s*\S+\s*/gu) ?? ['Nothing was said.']
  run.say(words)
}

export async function startLangGraphServer(options: Options = {}): Promise<LangGraphServer> {
  const world: World = { options, threads: new Map(), graphs: [], troubles: [] }
  const requests: SeenRequest[] = []
  const server = await startLocalServer(async (request, response) => {
    const text = String(await readBody(request))
    const seen: SeenRequest = {
      method: request.method ?? 'GET',
      path: request.url ?? '/',
      headers: request.headers,
      body: text === '' ? {} : (JSON.parse(text) as RunBody),
    }
    requests.push(seen)
    await answer(world, seen, response)
  })
  return {
    url: server.url,
    requests,
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

async function answer(world: World, seen: SeenRequest, response: ServerResponse) {
  const path = seen.path.replace(/\?.*/, '')
  const index = world.troubles.findIndex(({ route }) => {
    const [method = '', end = ''] = route.split(' ')
    return seen.method === method && path.endsWith(end)
  })
  const trouble = index === -1 ? undefined : world.troubles.splice(index, 1)[0]?.trouble
  if (trouble?.kind === 'reset') return void response.destroy()
  if (trouble?.kind === 'error')
    return sendJson(response, trouble.status, trouble.body ?? { detail: 'Refused.' }, trouble.headers)
  if (world.options.apiKey !== undefined && seen.headers['x-api-key'] !== world.options.apiKey)
    return sendJson(response, 403, { detail: `Invalid key ${String(seen.headers['x-api-key'])}` })
  const [, , threadId = '', runs, runId, verb] = path.split('/')
  if (threadId === '') return sendJson(response, 200, threadOf(makeThread(world, seen.body)))
  const thread = world.threads.get(threadId)
  if (thread === undefined) return sendJson(response, 404, { detail: `Thread with ID ${threadId} not found` })
  if (runs === undefined) return sendJson(response, 200, threadOf(thread))
  if (runs === 'state') return sendJson(response, 200, stateOf(thread))
  if (runId === 'stream') return streamNew(world, thread, seen.body, response, trouble)
  if (runId === undefined) return sendJson(response, 200, thread.runs.map(runOf))
  await answerRun(world, { thread, runId, verb, seen, trouble }, response)
}

async function answerRun(
  { options }: World,
  asked: {
    thread: ServerThread
    runId: string
    verb: string | undefined
    seen: SeenRequest
    trouble: Trouble | undefined
  },
  response: ServerResponse,
) {
  const run = asked.thread.runs.find(({ run_id }) => run_id === asked.runId)
  if (run === undefined) return sendJson(response, 404, { detail: 'Run not found' })
  if (asked.verb === undefined) return sendJson(response, 200, runOf(run))
  if (asked.verb === 'cancel') {
    run.stop.abort()
    if (isGoing(run)) run.status = 'interrupted'
    for (const listener of run.listeners) listener()
    return void response.writeHead(/wait=(1|true)/.test(asked.seen.path) ? 204 : 202).end()
  }
  const last = Number(asked.seen.headers['last-event-id'] ?? NaN)
  const from = options.replays === false || Number.isNaN(last) ? run.log.length : last + 1
  await stream(response, run, from, asked.trouble)
}

function makeThread({ threads }: World, body: RunBody): ServerThread {
  const id = typeof body['thread_id'] === 'string' ? body['thread_id'] : randomUUID()
  const thread = threads.get(id) ?? createThread(id, (body['metadata'] as object | undefined) ?? {})
  threads.set(id, thread)
  return thread
}

async function streamNew(
  { options, graphs }: World,
  thread: ServerThread,
  body: RunBody,
  response: ServerResponse,
  trouble: Trouble | undefined,
) {
  const going = thread.runs.filter(isGoing)
  const strategy = body['multitask_strategy'] ?? 'reject'
  if (going.length > 0 && strategy === 'reject')
    return sendJson(response, options.busyStatus ?? 409, { detail: 'Thread is already running a task.' })
  if (strategy === 'interrupt' || strategy === 'rollback') for (const run of going) run.stop.abort()
  const previous = Promise.all(going.map(({ ended }) => ended)).then(() => undefined)
  const run = startRun(thread, body, graphs.shift() ?? echoGraph, previous)
  if (trouble?.kind === 'lost') return void response.destroy()
  await stream(response, run, 0, trouble)
}

async function stream(response: ServerResponse, run: ServerRun, from: number, trouble: Trouble | undefined) {
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'content-location': `/threads/${run.thread_id}/runs/${run.run_id}`,
  })
  response.flushHeaders()
  const last = trouble?.kind === 'cut' ? from + trouble.after : Infinity
  for (let id = from; ; id++) {
    while (id >= run.log.length && isGoing(run) && !response.destroyed) await changeOf(run, response)
    if (id >= last) return void response.destroy()
    const entry = run.log[id]
    if (entry === undefined || response.destroyed) break
    await writePiece(response, `event: ${entry.event}\ndata: ${JSON.stringify(entry.data)}\nid: ${id}\n\n`)
  }
  response.end()
}

async function changeOf(run: ServerRun, response: ServerResponse) {
  await new Promise<void>((resolve) => {
    const done = () => {
      run.listeners.delete(done)
      response.off('close', done)
      resolve()
    }
    run.listeners.add(done)
    response.on('close', done)
  })
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
