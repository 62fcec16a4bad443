import { onTestFinished } from 'vitest'
import type { Agent, AgentSettings } from '../../../agent.ts'
import { startAgUiServer, type AgUiBehaviour } from '../../../testing/ag-ui-server.ts'
import { collect, turnOf } from '../../../testing/turns.ts'
import { agUi } from '../ag-ui.ts'

export const apiKey = 'ag-secret-1234567890'

/** A server for one test and an agent that talks to it; waits between attempts are noted, not made. */
export async function setUp(settings: AgentSettings = {}) {
  const server = await startAgUiServer({ apiKey })
  onTestFinished(() => server.stop())
  const waits: number[] = []
  const agent = agUi.create(
    { url: server.url, api_key: apiKey, ...settings },
    { fetch, sleep: async (ms) => void waits.push(ms) },
  )
  return { server, agent, waits }
}

/** Runs a turn against the given behaviour of the server. */
export async function askOnce(...behaviours: AgUiBehaviour[]) {
  const world = await setUp({ max_retries: 0 })
  world.server.next(...behaviours)
  return { ...world, ...(await ask(world.agent)) }
}

export function ask(agent: Agent, turn = turnOf('hello')) {
  return collect(agent.run(turn, new AbortController().signal))
}
