import { onTestFinished } from 'vitest'
import type { Agent, AgentSettings } from '../../../agent.ts'
import {
  startDifyServer,
  type DifyBehaviour,
  type DifyServer,
  type DifyServerOptions,
} from '../../../testing/dify-server.ts'
import { collect, turnOf } from '../../../testing/turns.ts'
import { dify } from '../dify.ts'

export const apiKey = 'app-secret-1234567890'

/** A server for one test and an agent that talks to it; waits between attempts are noted, not made. */
export async function setUp(settings: AgentSettings = {}, options: DifyServerOptions = {}) {
  const server = await startDifyServer({ apiKey, ...options })
  onTestFinished(() => server.stop())
  const waits: number[] = []
  const agent = dify.create(
    { base_url: server.url, api_key: apiKey, ...settings },
    { fetch, sleep: async (ms) => void waits.push(ms) },
  )
  return { server, agent, waits }
}

/** Runs a turn against the given behaviour of the server. */
export async function askOnce(...behaviours: DifyBehaviour[]) {
  const world = await setUp({ max_retries: 0 })
  world.server.next(...behaviours)
  return { ...world, ...(await ask(world.agent)) }
}

export function ask(agent: Agent, turn = turnOf('hello')) {
  return collect(agent.run(turn, new AbortController().signal))
}

/** The messages that the server was sent. */
export function questionsTo({ requests }: DifyServer) {
  return requests.filter(({ path }) => path === '/v1/chat-messages').map(({ body }) => body)
}
