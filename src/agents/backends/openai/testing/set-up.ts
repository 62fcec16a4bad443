import { onTestFinished } from 'vitest'
import type { Agent, AgentSettings } from '../../../agent.ts'
import { startOpenAiServer, type Behaviour } from '../../../testing/openai-server.ts'
import { collect, turnOf } from '../../../testing/turns.ts'
import { openai } from '../openai.ts'

export const apiKey = 'sk-secret-1234567890'

/** A server for one test and an agent that talks to it; waits between attempts are noted, not made. */
export async function setUp(settings: AgentSettings = {}) {
  const server = await startOpenAiServer({ apiKey })
  onTestFinished(() => server.stop())
  const waits: number[] = []
  const agent = openai.create(
    { base_url: server.url, api_key: apiKey, model: 'test-model', ...settings },
    { fetch, sleep: async (ms) => void waits.push(ms) },
  )
  return { server, agent, waits }
}

/** Runs a turn against the given behaviour of the server. */
export async function askOnce(...behaviours: Behaviour[]) {
  const world = await setUp({ max_retries: 0 })
  world.server.next(...behaviours)
  return { ...world, ...(await ask(world.agent)) }
}

export function ask(agent: Agent, turn = turnOf('hello')) {
  return collect(agent.run(turn, new AbortController().signal))
}

/** A streamed body of the given chunks' deltas, ending as the real server ends. */
export function stream(...deltas: object[]): Behaviour {
  const chunks = deltas.map((delta) => event({ choices: [{ index: 0, delta }] }))
  return { kind: 'raw', pieces: [...chunks, finish(), 'data: [DONE]\n\n'] }
}

export function event(chunk: object): string {
  return `data: ${JSON.stringify(chunk)}\n\n`
}

export function finish(reason = 'stop'): string {
  return event({ choices: [{ index: 0, delta: {}, finish_reason: reason }] })
}
