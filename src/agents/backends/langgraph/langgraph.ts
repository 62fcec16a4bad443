import type { AgentDefinition, AgentTurn } from '../../agent.ts'
import { untilAborted } from '../../until-aborted.ts'
import { Failure } from '../../upstream/failure.ts'
import { fields } from './fields.ts'
import { runTurn } from './run.ts'
import { createServer } from './server.ts'
import { checkSettings, readSettings } from './settings.ts'

/** A graph on a LangGraph server, the LangGraph platform, or a DeerFlow gateway. */
export const langgraph: AgentDefinition = {
  kind: 'langgraph',
  displayName: 'LangGraph or DeerFlow server',
  fields,
  check: checkSettings,
  create(given, dependencies) {
    const settings = readSettings(given)
    async function* answer(turn: AgentTurn, signal: AbortSignal) {
      signal.throwIfAborted()
      const { ownerHeader, upstream } = settings
      const headers = ownerHeader === undefined ? {} : { [ownerHeader]: turn.user.id }
      try {
        yield* runTurn(turn, createServer(upstream, headers, dependencies), settings, dependencies, signal)
      } catch (error) {
        throw error instanceof Failure ? error.error : error
      }
    }
    return { run: (turn, signal) => untilAborted(answer(turn, signal), signal) }
  },
}
