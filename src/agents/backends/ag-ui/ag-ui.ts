import type { AgentDefinition, AgentTurn } from '../../agent.ts'
import { embedImages } from '../../embed-images.ts'
import { untilAborted } from '../../until-aborted.ts'
import { answerWithRetries } from '../../upstream/retries.ts'
import { askUpstream, forTurn } from '../../upstream/upstream.ts'
import { readAnswer } from './answer.ts'
import { readMemory, writeMemory, type Remembered } from './memory.ts'
import { runInput } from './request.ts'
import { checkSettings, fields, readSettings } from './settings.ts'

/** Any agent that speaks AG-UI over HTTP (https://docs.ag-ui.com). */
export const agUi: AgentDefinition = {
  kind: 'ag-ui',
  displayName: 'AG-UI agent',
  fields,
  check: checkSettings,
  create(given, dependencies) {
    const { upstream: server, path, window } = readSettings(given)
    async function* answer(turn: AgentTurn, signal: AbortSignal) {
      const upstream = forTurn(server, turn)
      const remembered = readMemory(turn)
      const call = {
        path,
        body: runInput(await embedImages(turn), window, remembered),
        headers: { accept: 'text/event-stream', 'idempotency-key': turn.idempotencyKey },
      }
      const options = {
        secrets: upstream.secrets,
        state: remembered.state,
        onEnd: (end: Remembered) => writeMemory(turn, end),
      }
      const attempt = () => readAnswer(askUpstream(call, upstream, dependencies, signal), options)
      yield* answerWithRetries(attempt, upstream.maxRetries, dependencies, signal)
    }
    return { run: (turn, signal) => untilAborted(answer(turn, signal), signal) }
  },
}
