import type { AgentDefinition, AgentTurn } from '../../agent.ts'
import { untilAborted } from '../../until-aborted.ts'
import { answerWithRetries } from '../../upstream/retries.ts'
import { askUpstream, forTurn } from '../../upstream/upstream.ts'
import { readAnswer } from './answer.ts'
import { signedCall } from './request.ts'
import { checkSettings, fields, readSettings } from './settings.ts'

/** Any HTTP server: a request that is signed by Standard Webhooks asks it, and its response is the answer. */
export const webhook: AgentDefinition = {
  kind: 'webhook',
  displayName: 'Webhook',
  fields,
  check: checkSettings,
  create(given, dependencies) {
    const settings = readSettings(given)

    async function* attempt(turn: AgentTurn, signal: AbortSignal) {
      const upstream = forTurn(settings.upstream, turn)
      let mediaType = ''
      const call = {
        ...signedCall(turn, settings, Date.now()),
        onHeaders: (headers: Headers) => void (mediaType = headers.get('content-type') ?? ''),
      }
      const events = askUpstream(call, upstream, dependencies, signal)
      yield* readAnswer(events, () => mediaType, upstream.secrets)
    }
    return {
      run(turn, signal) {
        const answer = () => attempt(turn, signal)
        const { maxRetries } = settings.upstream
        return untilAborted(answerWithRetries(answer, maxRetries, dependencies, signal), signal)
      },
    }
  },
}
