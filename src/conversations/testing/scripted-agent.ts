import type { Agent, AgentTurn } from '../../agents/agent.ts'

/**
 * An agent under the control of a test: it answers `You said: ...`, but a message that begins with `wait` is
 * answered only when the test says so, and one that begins with `fail` makes it throw.
 */
export class ScriptedAgent implements Agent {
  /** Every run that was begun, in order. */
  readonly runs: AgentTurn[] = []
  readonly #gates = new Map<string, PromiseWithResolvers<undefined>>()
  #listeners: (() => void)[] = []

  async *run(turn: AgentTurn, signal: AbortSignal) {
    this.runs.push(turn)
    for (const listener of this.#listeners.splice(0)) listener()
    const { text } = turn.message
    yield { type: 'text-start' as const, id: 'text' }
    if (text.startsWith('fail')) throw new Error('the scripted agent was told to fail')
    if (text.startsWith('wait')) {
      yield { type: 'text-delta' as const, id: 'text', delta: 'Let me think. ' }
      await untilAborted(this.#gate(text).promise, signal)
    }
    // What a model may write and PostgreSQL's text and jsonb do not take.
    const odd = text.startsWith('odd') ? '\u0000\ud800' : ''
    yield { type: 'text-delta' as const, id: 'text', delta: `You said: ${text}${odd}` }
    yield { type: 'text-end' as const, id: 'text' }
  }

  /** Lets a waiting message be answered, now or when it comes. */
  release(text: string): void {
    this.#gate(text).resolve(undefined)
  }

  /** Resolves when a run with this text has begun; with `times`, when so many have. */
  async untilRun(text: string, times = 1): Promise<void> {
    while (this.runs.filter((run) => run.message.text === text).length < times) {
      await new Promise<void>((resolve) => this.#listeners.push(resolve))
    }
  }

  #gate(text: string): PromiseWithResolvers<undefined> {
    const gate = this.#gates.get(text) ?? Promise.withResolvers<undefined>()
    this.#gates.set(text, gate)
    return gate
  }
}

async function untilAborted(promise: Promise<unknown>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  const aborted = Promise.withResolvers<undefined>()
  const stop = () => aborted.reject(signal.reason)
  signal.addEventListener('abort', stop)
  try {
    await Promise.race([promise, aborted.promise])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
