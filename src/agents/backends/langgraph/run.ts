import { AgentError, type AgentDependencies, type AgentEvent, type AgentTurn } from '../../agent.ts'
import { Failure } from '../../upstream/failure.ts'
import { delayBefore, longestWaitMs } from '../../upstream/retries.ts'
import { stopWithTurn } from '../../upstream/stop-with-turn.ts'
import { findPlace, type Place } from './place.ts'
import { messageIdOf, runRequest } from './request.ts'
import type { Run, RunEvent, Server } from './server.ts'
import type { LangGraphSettings } from './settings.ts'
import { createTeller, failed, type Teller } from './teller.ts'

/** What a turn's run is made of. */
interface Work {
  turn: AgentTurn
  server: Server
  settings: LangGraphSettings
  place: Place
  dependencies: AgentDependencies
  signal: AbortSignal
}

/**
 * Runs a turn as one run of its conversation's thread, however often we crash, it crashes, or the line is cut:
 *
 *   looking -> a run of this turn is known or found -> following
 *   looking -> none                                 -> starting
 *   starting -> events            -> following
 *   starting -> no answer         -> looking, since the run may exist; at most `max_retries` times
 *   starting -> the thread is busy -> waiting -> looking
 *   starting -> the thread is gone -> a new thread -> starting, once
 *   following -> the stream ends, breaks or falls silent -> the run goes on -> joining -> following
 *   following ->                                         -> the run is over -> ended, by the thread's state if needed
 *
 * When the person stops the turn, the run is cancelled. When only this server lets go of it, the run goes on, and the
 * next attempt follows it.
 */
export async function* runTurn(
  turn: AgentTurn,
  server: Server,
  settings: LangGraphSettings,
  dependencies: AgentDependencies,
  signal: AbortSignal,
): AsyncGenerator<AgentEvent> {
  const place = await findPlace(turn, server, settings, signal)
  const work = { turn, server, settings, place, dependencies, signal }
  yield* stopWithTurn(tell(work), signal, (within) => cancel(work, within))
}

async function* tell(work: Work): AsyncGenerator<AgentEvent> {
  yield* follow(work, (await takeUp(work)) ?? (await start(work)))
}

/** A stream of the turn's run, and whether it begins with the run. */
interface Started {
  stream: AsyncGenerator<RunEvent>
  isJoined: boolean
}

/** Joins the run that an earlier attempt has started for this turn, if there is one. */
async function takeUp(work: Work): Promise<Started | undefined> {
  const { place, server, turn, signal } = work
  const { run, thread } = place.now()
  if (run !== null && (await server.readRun(thread, run, signal)) !== undefined) return join(work, run)
  if (!place.wasAsked) return undefined
  const found = findRun(await server.listRuns(thread, signal), turn)
  return found === undefined ? undefined : join(work, found.id)
}

async function join({ place, server, signal }: Work, run: string): Promise<Started> {
  const { run: known, thread } = place.now()
  if (known !== run) await place.change({ run })
  return { stream: server.joinRun(thread, run, signal), isJoined: true }
}

function findRun(runs: readonly Run[], { idempotencyKey }: AgentTurn): Run | undefined {
  return runs.find(({ turn }) => turn === idempotencyKey)
}

/** Starts the run, and waits for its first event. Throws Failure if the server refuses it. */
async function start(work: Work): Promise<Started> {
  const { turn, server, settings, place, signal } = work
  let isRenewed = false
  const patience = createPatience(work)
  for (;;) {
    const { thread } = place.now()
    const body = await runRequest(turn, place.now(), place.isNew(), settings)
    const stream = server.startRun(thread, body, signal)
    try {
      return { stream: startedWith(await stream.next(), stream), isJoined: false }
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      const status = error.said?.status ?? 0
      if ([404, 409, 422].includes(status) && !(await server.hasThread(thread, signal))) {
        if (isRenewed) throw error
        isRenewed = true
        await place.renew()
        continue
      }
      const runs = await server.listRuns(thread, signal)
      const own = findRun(runs, turn)
      if (own !== undefined) return await join(work, own.id)
      if ([409, 422].includes(status) && runs.some(({ isGoing }) => isGoing)) await patience.withBusyThread()
      else await patience.with(error)
    }
  }
}

async function* startedWith(
  first: IteratorResult<RunEvent, void>,
  rest: AsyncGenerator<RunEvent>,
): AsyncGenerator<RunEvent> {
  if (first.done !== true) yield first.value
  yield* rest
}

/** How long a thread may be busy with something else, and how often a request may fail. */
function createPatience({ settings, dependencies, signal }: Work) {
  let attempt = 0
  let waited = 0
  return {
    async with(failure: Failure) {
      const wait = delayBefore(attempt, failure)
      if (!failure.mayPass || attempt >= settings.upstream.maxRetries || wait > longestWaitMs) throw failure
      attempt++
      await dependencies.sleep(wait, signal)
    },
    async withBusyThread() {
      if (waited >= settings.busyMs) throw tooBusy()
      const wait = Math.min(1000 + waited / 4, 5000)
      waited += wait
      await dependencies.sleep(wait, signal)
    },
  }
}

function tooBusy(): AgentError {
  return new AgentError(
    'agent_rate_limited',
    'The agent is still busy with something else in this conversation. Please try again in a while.',
    new Error('Another run holds the thread.'),
  )
}

/** Tells the run to its end. Throws AgentError when it has failed, and Failure when the server is lost. */
async function* follow(work: Work, started: Started): AsyncGenerator<AgentEvent> {
  const { turn, server, place, dependencies, signal } = work
  const teller = createTeller({ own: messageIdOf(turn), after: place.now().after }, work.settings)
  let { stream, isJoined } = started
  for (let round = 0; ; round++) {
    teller.begin(isJoined)
    const broken = yield* tellStream(work, teller, stream)
    const { thread, run: id } = place.now()
    if (id === null) throw broken ?? new Failure(failed(undefined), false)
    const run = await server.readRun(thread, id, signal)
    if (run?.hasFailed === true) throw failed({ error: 'status' })
    if (run?.isGoing !== true) break
    await dependencies.sleep(Math.min(500 * 2 ** round, 10_000), signal)
    stream = server.joinRun(thread, id, signal)
    isJoined = true
  }
  yield* teller.end(teller.needsState() ? await server.readState(place.now().thread, signal) : undefined)
  const { interrupts, after } = teller.asked()
  const questions = interrupts.map(({ id, approvals }) => ({ id, approvals }))
  const asked = questions.length === 0 ? null : { questions, after }
  if (asked !== null || place.now().asked !== null) await place.change({ asked })
}

/** Gives what broke the stream, if it did not end by itself. */
async function* tellStream(
  { place }: Work,
  teller: Teller,
  stream: AsyncGenerator<RunEvent>,
): AsyncGenerator<AgentEvent, Failure | undefined> {
  try {
    for await (const event of stream) {
      if (event.run !== '' && event.run !== place.now().run) await place.change({ run: event.run })
      yield* teller.tell(event)
    }
    return undefined
  } catch (error) {
    if (error instanceof Failure) return error
    throw error
  }
}

async function cancel({ place, server, turn }: Work, signal: AbortSignal): Promise<void> {
  const { thread, run } = place.now()
  const id = run ?? findRun(await server.listRuns(thread, signal), turn)?.id
  if (id !== undefined) await server.cancelRun(thread, id, signal)
}
