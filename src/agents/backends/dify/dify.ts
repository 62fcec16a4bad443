import type { AgentDefinition, AgentDependencies, AgentEvent, AgentTurn } from '../../agent.ts'
import { untilAborted } from '../../until-aborted.ts'
import { Failure } from '../../upstream/failure.ts'
import type { Fields } from '../../../lib/json.ts'
import { answerWithRetries } from '../../upstream/retries.ts'
import { isStopped } from '../../upstream/stop-with-turn.ts'
import { forTurn, type Upstream } from '../../upstream/upstream.ts'
import { readAnswer, type RunIds } from './answer.ts'
import { createAppApi, type AppApi } from './api.ts'
import { readApp } from './app.ts'
import { findEarlierAnswer, tellEarlierAnswer } from './earlier-attempt.ts'
import { sendFiles } from './files.ts'
import { chatRequest, type ChatRequest } from './request.ts'
import { checkSettings, fields, readSettings } from './settings.ts'
import { readThread, writeThread } from './thread.ts'
import { difyUserOf } from './user.ts'

/** A chat app, agent app or chatflow of Dify. */
export const dify: AgentDefinition = {
  kind: 'dify',
  displayName: 'Dify app',
  fields,
  check: checkSettings,
  create(given, dependencies) {
    const { upstream, inputs } = readSettings(given)
    return {
      run(turn, signal) {
        const run = { turn, user: difyUserOf(turn), upstream: forTurn(upstream, turn), dependencies, signal }
        return untilAborted(answer(run, inputs), signal)
      },
    }
  },
}

interface Run {
  turn: AgentTurn
  user: string
  upstream: Upstream
  dependencies: AgentDependencies
  signal: AbortSignal
}

async function* answer(run: Run, inputs: Fields): AsyncGenerator<AgentEvent> {
  const { turn, user, upstream, dependencies, signal } = run
  const api = createAppApi(upstream, dependencies, signal)
  const thread = turn.attempt > 1 ? readThread(turn, user) : undefined
  if (thread !== undefined) {
    const earlier = await findEarlierAnswer(turn, user, thread, api)
    if (earlier !== undefined) {
      yield* tellEarlierAnswer(earlier, upstream.baseUrl)
      return
    }
    await giveUp(run)
  }
  const app = await readApp(api, user)
  const files = await sendFiles(turn.message.files, api, user)
  const request = chatRequest(turn, user, inputs, app, files)
  const attempt = () => converse(run, request, app.moderates, api)
  yield* answerWithRetries(attempt, upstream.maxRetries, dependencies, signal)
}

/** Goes on with the person's conversation; once Dify has forgotten it, or ended it, with a new one. */
async function* converse(
  run: Run,
  request: ChatRequest,
  hold: boolean,
  api: AppApi,
): AsyncGenerator<AgentEvent> {
  const known = readThread(run.turn, run.user)?.conversation
  try {
    yield* ask(run, known === undefined ? request : { ...request, conversation_id: known }, hold, api)
  } catch (error) {
    if (known === undefined || !isForgotten(error)) throw error
    yield* ask(run, request, hold, api)
  }
}

function isForgotten(error: unknown): boolean {
  if (!(error instanceof Failure)) return false
  return error.said?.status === 404 || error.said?.code === 'conversation_completed'
}

async function* ask(run: Run, request: object, hold: boolean, api: AppApi): AsyncGenerator<AgentEvent> {
  const { turn, user, signal } = run
  const { baseUrl, secrets } = run.upstream
  const state = { isRunning: false }
  const onBegin = async ({ conversation, message, task }: RunIds) => {
    state.isRunning = true
    await writeThread(turn, user, { conversation, message, run: { task, turn: turn.idempotencyKey } })
  }
  const onEnd = () => void (state.isRunning = false)
  try {
    yield* readAnswer(api.stream('/chat-messages', request), { baseUrl, secrets, hold, onBegin, onEnd })
  } finally {
    // When only this replica goes away, the app writes on, and the next attempt looks for its answer.
    if (state.isRunning && (!signal.aborted || isStopped(signal))) await giveUp(run)
  }
}

const stopMs = 10_000

/**
 * Has Dify stop the run that the turn remembers, which goes on when a client goes away. It is forgotten first: Dify
 * keeps half an answer as if it were a whole one, and a later attempt must not take it for that.
 */
async function giveUp({ turn, user, upstream, dependencies }: Run): Promise<void> {
  const thread = readThread(turn, user)
  if (thread?.run?.turn !== turn.idempotencyKey) return
  try {
    await writeThread(turn, user, { ...thread, run: undefined })
  } catch {
    // Another attempt has taken over, and may be reading that run's answer.
    return
  }
  const api = createAppApi(upstream, dependencies, AbortSignal.timeout(stopMs))
  // Nobody waits for it, and nothing can be done when it fails.
  void api.post(`/chat-messages/${encodeURIComponent(thread.run.task)}/stop`, { user }).catch(() => undefined)
}
