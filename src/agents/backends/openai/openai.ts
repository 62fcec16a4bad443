import type { AgentDefinition, AgentTurn } from '../../agent.ts'
import { untilAborted } from '../../until-aborted.ts'
import { answerWithRetries } from '../../upstream/retries.ts'
import { askUpstream } from '../../upstream/upstream.ts'
import { readAnswer } from './answer.ts'
import { embedImages } from '../../embed-images.ts'
import { findModel, usualModel } from './model.ts'
import { chatRequest } from './request.ts'
import { checkSettings, fields, readSettings } from './settings.ts'

/** Any server that speaks the OpenAI chat-completions protocol. */
export const openai: AgentDefinition = {
  kind: 'openai',
  displayName: 'OpenAI-compatible server',
  fields,
  check: checkSettings,
  create(given, dependencies) {
    const settings = readSettings(given)
    const { upstream } = settings
    let { model } = settings
    async function* answer(turn: AgentTurn, signal: AbortSignal) {
      model ??= await findModel(upstream, dependencies, signal)
      const completion = {
        path: '/chat/completions',
        body: chatRequest(await embedImages(turn), model ?? usualModel, settings),
        headers: { 'idempotency-key': turn.idempotencyKey },
      }
      const attempt = () =>
        readAnswer(askUpstream(completion, upstream, dependencies, signal), upstream.secrets)
      yield* answerWithRetries(attempt, upstream.maxRetries, dependencies, signal)
    }
    return { run: (turn, signal) => untilAborted(answer(turn, signal), signal) }
  },
}
