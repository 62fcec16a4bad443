import { onTestFinished } from 'vitest'
import type { Agent, AgentSettings, AgentTurn } from '../../../agent.ts'
import { startLangGraphServer } from '../../../testing/langgraph-server.ts'
import { collect, turnOf } from '../../../testing/turns.ts'
import { langgraph } from '../langgraph.ts'

export const apiKey = 'lsv2-secret-1234567890'

/** A server for one test and an agent that talks to it; waits are noted, and what happens meanwhile is up to the test. */
export async function setUp(
  settings: AgentSettings = {},
  options: Parameters<typeof startLangGraphServer>[0] = {},
  onWait: (count: number) => void = () => undefined,
) {
  const server = await startLangGraphServer({ apiKey, ...options })
  onTestFinished(() => server.stop())
  const waits: number[] = []
  const sleep = async (ms: number, signal: AbortSignal) => {
    onWait(waits.push(ms))
    await new Promise((resolve) => setImmediate(resolve))
    signal.throwIfAborted()
  }
  const agent = langgraph.create(
    { url: server.url, assistant_id: 'agent', api_key: apiKey, ...settings },
    { fetch, sleep },
  )
  return { server, agent, waits }
}

export function ask(agent: Agent, turn: AgentTurn = turnOf('hello')) {
  return collect(agent.run(turn, new AbortController().signal))
}
