import type { AgentDefinition, AgentDependencies, AgentEvent, AgentTurn } from '../../agent.ts'
import { untilAborted } from '../../until-aborted.ts'
import { readAnswer } from './answer.ts'
import { embedImages } from './embed-images.ts'
import { request, type ConnectionRequest } from './connection.ts'
import { Failure } from './failure.ts'
import { findModel, usualModel } from './model.ts'
import { chatRequest } from './request.ts'
import { checkSettings, fields, readSettings, type OpenAiSettings } from './settings.ts'

/** Any server that speaks the OpenAI chat-completions protocol. */
export const openai: AgentDefinition = {
  kind: 'openai',
  displayName: 'OpenAI-compatible server',
  fields,
  check: checkSettings,
  create(given, dependencies) {
    const settings = readSettings(given)
    let { model } = settings
    async function* answer(turn: AgentTurn, signal: AbortSignal) {
      model ??= await findModel(settings, dependencies, signal)
      const completion: ConnectionRequest = {
        path: '/chat/completions',
        body: chatRequest(await embedImages(turn), model ?? usualModel, settings),
        headers: { 'idempotency-key': turn.idempotencyKey },
      }
      yield* answerWithRetries(completion, settings, dependencies, signal)
    }
    return { run: (turn, signal) => untilAborted(answer(turn, signal), signal) }
  },
}

/**
 * Tries again as long as nothing was told yet:
 *
 *   asking -> first event -> answering -> done
 *   asking -> failure that may pass -> waiting -> asking, at most `maxRetries` times
 *   asking | answering -> any other failure -> AgentError
 */
async function* answerWithRetries(
  completion: ConnectionRequest,
  settings: OpenAiSettings,
  dependencies: AgentDependencies,
  signal: AbortSignal,
): AsyncGenerator<AgentEvent> {
  for (let attempt = 0; ; attempt++) {
    let hasBegun = false
    try {
      const texts = request(completion, settings, dependencies, signal)
      for await (const event of readAnswer(texts, settings.apiKey)) {
        hasBegun = true
        yield event
      }
      return
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      const wait = delayBefore(attempt, error)
      if (hasBegun || !error.mayPass || attempt >= settings.maxRetries || wait > longestWaitMs)
        throw error.error
      await dependencies.sleep(wait, signal)
    }
  }
}

/** Nobody waits in a chat for longer than this; a server that asks for more is told to the person at once. */
const longestWaitMs = 30_000

/** What the server asked for, else half a second, doubled each time; up to a quarter more, so that not all come at once. */
function delayBefore(attempt: number, { retryAfterMs }: Failure): number {
  return (retryAfterMs ?? 500 * 2 ** attempt) * (1 + Math.random() / 4)
}
