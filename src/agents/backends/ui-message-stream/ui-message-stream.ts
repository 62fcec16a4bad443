import type { AgentDefinition, AgentTurn } from '../../agent.ts'
import { embedImages } from '../../embed-images.ts'
import { untilAborted } from '../../until-aborted.ts'
import { answerWithRetries } from '../../upstream/retries.ts'
import { askUpstream, forTurn, type UpstreamCall } from '../../upstream/upstream.ts'
import { readAnswer } from './answer.ts'
import { chatRequest, headersOf } from './request.ts'
import { noting, openResumed, wasTaken } from './resume.ts'
import { checkSettings, fields, readSettings } from './settings.ts'

/**
 * Any server that answers pages of the Vercel AI SDK: it takes what `DefaultChatTransport` posts and answers with a UI
 * message stream, version 1 (https://ai-sdk.dev/docs/ai-sdk-ui/stream-protocol). After a crash the answer that is still
 * being written is taken up again where the server offers that
 * (https://ai-sdk.dev/docs/ai-sdk-ui/chatbot-resume-streams); it comes from its beginning, as our readers expect.
 */
export const uiMessageStream: AgentDefinition = {
  kind: 'ui-message-stream',
  displayName: 'Server of the Vercel AI SDK',
  fields,
  check: checkSettings,
  create(given, dependencies) {
    const settings = readSettings(given)

    async function* answer(turn: AgentTurn, signal: AbortSignal) {
      const upstream = forTurn(settings.upstream, turn)
      const headers = headersOf(turn)
      const ask = (call: UpstreamCall) => askUpstream({ ...call, headers }, upstream, dependencies, signal)
      if (wasTaken(turn)) {
        const resumed = await openResumed(ask({ path: settings.streamPath(turn.conversation.id) }))
        if (resumed !== undefined) {
          const readResumed = () => readAnswer(resumed, upstream.secrets)
          yield* answerWithRetries(readResumed, 0, dependencies, signal)
          return
        }
      }
      const body = chatRequest(await embedImages(turn), settings)
      const attempt = () => readAnswer(noting(turn, ask({ path: settings.chatPath, body })), upstream.secrets)
      yield* answerWithRetries(attempt, upstream.maxRetries, dependencies, signal)
    }
    return { run: (turn, signal) => untilAborted(answer(turn, signal), signal) }
  },
}
