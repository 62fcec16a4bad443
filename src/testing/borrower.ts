import type { Agent, AgentTurn } from '../agents/agent.ts'

/**
 * An agent that works with a person's account, by the turn's grant alone. `who am I there` reads; `file NAME` reads and
 * then writes. It waits for the person, or not when the message says so, and tells what came of it.
 */
export class Borrower implements Agent {
  /** What it was given and what it was told: all that an agent could let out. */
  readonly seen: string[] = []
  /** Portico's address; set once it is known. */
  url = ''

  async *run(turn: AgentTurn, signal: AbortSignal) {
    this.seen.push(JSON.stringify(turn))
    const { text } = turn.message
    const isPatient = !text.includes('do not wait')
    const send = (method: string, path: string, body?: object) =>
      this.#send({ turn, method, path, isPatient, signal, ...(body !== undefined && { body }) })
    yield { type: 'text-start' as const, id: 'text' }
    const say = (delta: string) => ({ type: 'text-delta' as const, id: 'text', delta })
    const me = await send('GET', 'user')
    yield say(me.login === undefined ? `I got no further: ${me.code ?? ''}.` : `You are ${me.login} there.`)
    const [, title] = /\bfile (\w+)/.exec(text) ?? []
    if (me.login !== undefined && title !== undefined) {
      const filed = await send('POST', 'repos/acme/site/issues', { title })
      yield say(filed.login === undefined ? ` Not filed: ${filed.code ?? ''}.` : ` Filed: ${title}.`)
    }
    yield { type: 'text-end' as const, id: 'text' }
  }

  async #send(request: Request): Promise<{ login?: string; code?: string }> {
    const { turn, method, path, body, isPatient, signal } = request
    const response = await fetch(`${this.url}/proxy/github/${path}`, {
      method,
      headers: {
        authorization: `Bearer ${turn.grant?.token ?? ''}`,
        ...(isPatient && { prefer: 'wait=300' }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal,
    })
    const answer = await response.text()
    this.seen.push(answer, JSON.stringify([...response.headers]))
    return JSON.parse(answer) as { login?: string; code?: string }
  }
}

interface Request {
  turn: AgentTurn
  method: string
  path: string
  body?: object
  isPatient: boolean
  signal: AbortSignal
}
