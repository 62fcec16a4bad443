import type { AgentDefinition, AgentTurn } from '../../agent.ts'
import { untilAborted } from '../../until-aborted.ts'
import { answerWithRetries } from '../../upstream/retries.ts'
import { askUpstream } from '../../upstream/upstream.ts'
import { readAnswer } from './answer.ts'
import { embedImages } from '../../embed-images.ts'
import { findModel, usualModel } from './model.ts'
import { chatRequest } from './request.ts'
import { readResponse } from './responses/answer.ts'
import { backgroundResponse } from './responses/background.ts'
import { responseRequest } from './responses/request.ts'
import { checkSettings, fields, readSettings } from './settings.ts'

const protocols = {
  chat: { path: '/chat/completions', request: chatRequest, read: readAnswer },
  responses: { path: '/responses', request: responseRequest, read: readResponse },
}

/** Any server that speaks the OpenAI chat-completions protocol, or the one of responses. */
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
      const asked = await embedImages(turn)
      const headers = { 'idempotency-key': turn.idempotencyKey }
      const { path, request, read } = protocols[settings.api]
      const call = { path, headers, body: request(asked, model ?? usualModel, settings) }
      const events = () =>
        settings.background
          ? backgroundResponse({ turn, call, upstream, dependencies, signal })
          : askUpstream(call, upstream, dependencies, signal)
      const attempt = () => read(events(), upstream.secrets)
      yield* answerWithRetries(attempt, upstream.maxRetries, dependencies, signal)
    }
    return { run: (turn, signal) => untilAborted(answer(turn, signal), signal) }
  },
}
