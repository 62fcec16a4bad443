import { sql } from 'kysely'
import {
  AgentError,
  TurnCancelled,
  type Agent,
  type AgentEvent,
  type AgentTurn,
  type TurnEvent,
} from '../agents/agent.ts'
import type { Attachments } from '../attachments/attachments.ts'
import type { GrantLimits, Grants } from '../grants/grants.ts'
import { createBatcher } from '../coordination/batcher.ts'
import type { LaneContext } from '../coordination/lanes.ts'
import type { Signals } from '../coordination/signals.ts'
import { streamEnd, type StreamWriter, type Streams } from '../coordination/streams.ts'
import type { NewId } from '../lib/ids.ts'
import type { Log } from '../lib/log.ts'
import { inboxQueue } from './accept.ts'
import { keepAgentFile } from './agent-files.ts'
import { PartCollector, type MessagePart } from './parts.ts'
import { insertMessages } from './store.ts'
import { texts } from './texts.ts'
import { endMark, errorEvents, retell } from './read-turn.ts'
import { readTurnInputs } from './turn-input.ts'
import { endAndTell, tellOfTurns, type TellingDependencies } from './tell-of-turns.ts'
import { beginTurn, endTurns, findTurn, streamOf, type BegunTurn, type TurnEnd } from './turn-store.ts'

/**
 * A turn: one request to the agent and its answer.
 *
 *   queued -> running -> succeeded | failed | cancelled; a chat's turn is recorded when its lane is at it: as running
 *   queued -> (cancel requested) -> running -> cancelled, without calling the agent
 *   running -> running, attempt + 1: the replica died; the lane was claimed again, readers are told to start over
 *
 * The order of writing at the end is: the record (turn and answer in one transaction), then the end of the
 * stream, then the lane message. Whoever takes over after a crash between two of these finds a turn that is over
 * and only completes what is missing, which the record tells.
 */
export interface TurnRunner {
  /** Runs a turn to its end within the lane that holds it. Throws when the lane must try again. */
  run(turnId: string, context: LaneContext): Promise<void>
  /** The same for a turn that was recorded as running just now, under the fence of this lane. */
  runBegun(turn: BegunTurn, context: LaneContext): Promise<void>
  /** Writes the end of a turn that was given up. */
  abandon(turnId: string): Promise<void>
  /** Stops listening for cancellations. */
  stop(): void
}

export interface TurnDependencies extends TellingDependencies {
  streams: Streams
  signals: Signals
  newId: NewId
  log: Log
  attachments: Attachments
  grants: Grants
  grantLimits: (agent: string) => GrantLimits
  publicUrl: string
  /** The configured agent of a name; undefined when it is gone from the configuration. */
  agent(name: string): Agent | undefined
  /** Whether an agent was taken out of use: it takes no new turns. */
  isDisabled(agent: string): boolean
}

export function createTurnRunner(deps: TurnDependencies): TurnRunner {
  const running = new Map<string, AbortController>()
  const attempts = { ...deps, ...together(deps) }
  const unsubscribe = deps.signals.on('turns', (turnId) => running.get(turnId)?.abort(cancelled))
  const runBegun = async (turn: BegunTurn, context: LaneContext) => {
    const stop = new AbortController()
    running.set(turn.id, stop)
    // A cancellation from before this replica began to listen is in the row.
    if (turn.cancelRequestedAt !== null) stop.abort(cancelled)
    try {
      await runAttempt(attempts, turn, context, stop)
    } finally {
      running.delete(turn.id)
    }
  }

  return {
    async run(turnId, context) {
      const turn = await beginTurn(deps.db, turnId, context.fence)
      if (turn === undefined) await completeStream(deps, turnId)
      else await runBegun(turn, context)
    },
    runBegun,
    async abandon(turnId) {
      await recordAbandoned(deps, turnId)
      await completeStream(deps, turnId)
    },
    stop: unsubscribe,
  }
}

/** What every turn asks of the database: turns that run at the same time share statements and commits. */
function together(deps: TurnDependencies) {
  return {
    readInput: createBatcher((turns: BegunTurn[]) => readTurnInputs(deps, turns), 20),
    end: createBatcher(
      (ends: WorkspaceEnd[]) => endAndTell(deps, ends, (db) => endTurns(db, ends, inboxQueue)),
      100,
    ),
  }
}

type WorkspaceEnd = TurnEnd & { workspaceId: string }

type AttemptDependencies = TurnDependencies & ReturnType<typeof together>

const cancelled = new TurnCancelled()

type Ending = { state: 'succeeded' | 'cancelled' } | { state: 'failed'; error: Failure }
type Failure = Required<MessagePart & { type: 'error' }>

async function runAttempt(
  deps: AttemptDependencies,
  turn: BegunTurn,
  context: LaneContext,
  stop: AbortController,
) {
  const [writer, input] = await Promise.all([deps.streams.open(streamOf(turn.id)), deps.readInput(turn)])
  const emit = (event: TurnEvent) => writer.append(event)
  const answerId = deps.newId('msg')
  if (writer.after === 0) emit({ type: 'start', messageId: answerId })
  else emit({ type: 'data-restart', data: { attempt: turn.attempt }, transient: true })

  const collector = new PartCollector()
  const signal = AbortSignal.any([stop.signal, context.signal])
  const tell = (event: AgentEvent) => {
    collector.add(event)
    emit(event)
  }
  const ending = await answer(deps, turn.agent, input, signal, async (event) => {
    if (event.type === 'file') (await keepAgentFile(deps, turn, event)).forEach(tell)
    else tell(event)
  })
  // Lost the lane or going down: whoever claims it next runs the turn again.
  context.signal.throwIfAborted()

  await recordEnd(deps, {
    id: turn.id,
    workspaceId: turn.workspaceId,
    fence: context.fence,
    state: ending.state,
    errorCode: ending.state === 'failed' ? ending.error.code : null,
    answerId,
    parts: [...collector.parts(), ...noticeOf(ending)],
  })
  await close(writer, eventsOf(ending))
}

/** Lets the agent answer. Its failures become endings; only trouble of our own is thrown. */
async function answer(
  deps: TurnDependencies,
  agentName: string,
  input: AgentTurn,
  signal: AbortSignal,
  emit: (event: AgentEvent) => Promise<void>,
): Promise<Ending> {
  const agent = deps.agent(agentName)
  if (agent === undefined) return failure(input.id, 'agent_unknown', texts.agentGone(agentName))
  // A message from a chat is told so by its answer, as is what waited when the agent was taken out of use.
  if (deps.isDisabled(agentName)) return failure(input.id, 'agent_disabled', texts.agentDisabled(agentName))
  try {
    signal.throwIfAborted()
    for await (const event of agent.run(input, signal)) {
      signal.throwIfAborted()
      await emit(event)
    }
    // An agent may end quietly when it is told to stop.
    signal.throwIfAborted()
    return { state: 'succeeded' }
  } catch (error) {
    if (signal.aborted) return { state: 'cancelled' }
    if (error instanceof AgentError) {
      deps.log.warn(
        { turn: input.id, agent: agentName, code: error.code, err: error.cause },
        'the agent could not answer',
      )
      return failure(input.id, error.code, error.public)
    }
    deps.log.error({ turn: input.id, agent: agentName, err: error }, 'the agent failed')
    return failure(input.id, 'agent_failed', texts.failed(input.id))
  }
}

function failure(turnId: string, code: string, text: string): Ending {
  return { state: 'failed', error: { type: 'error', text, code, reference: turnId } }
}

/** What an ending adds to the stored answer. */
function noticeOf(ending: Ending): MessagePart[] {
  if (ending.state === 'failed') return [ending.error]
  return ending.state === 'cancelled' ? [{ type: 'notice', text: 'Stopped.' }] : []
}

/** What an ending adds to the stream. */
function eventsOf(ending: Ending): TurnEvent[] {
  if (ending.state === 'failed') {
    return [...errorEvents(ending.error), { type: 'finish', finishReason: 'error' }]
  }
  return ending.state === 'cancelled' ? [{ type: 'abort' }] : [{ type: 'finish', finishReason: 'stop' }]
}

async function recordEnd(deps: AttemptDependencies, end: WorkspaceEnd): Promise<void> {
  if (!(await deps.end(end))) throw new Error(`Turn ${end.id} was taken over.`)
}

/** A turn that was given up ends with an apology for an answer, unless it has ended already. */
async function recordAbandoned(deps: TurnDependencies, turnId: string): Promise<void> {
  await deps.db.transaction().execute(async (tx) => {
    const turn = await tx
      .updateTable('turns')
      .set({ state: 'failed', error_code: 'turn_abandoned', finished_at: sql`now()` })
      .where('id', '=', turnId)
      .where('finished_at', 'is', null)
      .returning(['conversation_id', 'agent'])
      .executeTakeFirst()
    if (turn === undefined) return
    await insertMessages(tx, [
      {
        id: deps.newId('msg'),
        conversationId: turn.conversation_id,
        turnId,
        role: 'assistant',
        author: turn.agent,
        parts: [{ type: 'error', text: texts.failed(turnId), code: 'turn_abandoned', reference: turnId }],
      },
    ])
    await tellOfTurns(deps.announcer, tx, [turnId])
  })
}

/**
 * Completes the stream of a turn that is over. Its last events may be missing, those of the answer too, since the
 * record is written before they are sure to be: then the answer is told again as it was recorded.
 */
async function completeStream(deps: TurnDependencies, turnId: string): Promise<void> {
  const turn = await findTurn(deps.db, turnId)
  if (turn !== undefined && turn.finishedAt === null) {
    throw new Error(`Turn ${turnId} is run by a newer holder of its lane.`)
  }
  const writer = await deps.streams.open(streamOf(turnId))
  if (await hasEnded(deps.streams, turnId, writer.after)) return
  // Its conversation was deleted meanwhile.
  if (turn === undefined) return close(writer, [{ type: 'abort' }])
  const [start, ...rest] = await retell(deps.db, turn)
  const again: TurnEvent = { type: 'data-restart', data: { attempt: turn.attempt + 1 }, transient: true }
  await close(writer, writer.after === 0 && start !== undefined ? [start, ...rest] : [again, ...rest])
}

async function hasEnded(streams: Streams, turnId: string, last: number): Promise<boolean> {
  if (last === 0) return false
  for await (const { data } of streams.read(streamOf(turnId), last - 1, new AbortController().signal)) {
    return data === endMark
  }
  return true
}

async function close(writer: StreamWriter, lastEvents: readonly TurnEvent[]): Promise<void> {
  for (const event of lastEvents) writer.append(event)
  writer.append(streamEnd)
  await writer.flush()
}
