import type { AgentDependencies, AgentEvent } from '../agent.ts'
import { Failure } from './failure.ts'

/** Nobody waits in a chat for longer than this; a server that asks for more is told to the person at once. */
export const longestWaitMs = 30_000

/**
 * Tries again as long as nothing was told yet:
 *
 *   asking -> first event -> answering -> done
 *   asking -> failure that may pass -> waiting -> asking, at most `maxRetries` times
 *   asking | answering -> any other failure -> AgentError
 */
export async function* answerWithRetries(
  answer: () => AsyncIterable<AgentEvent>,
  maxRetries: number,
  { sleep }: Pick<AgentDependencies, 'sleep'>,
  signal: AbortSignal,
): AsyncGenerator<AgentEvent> {
  for (let attempt = 0; ; attempt++) {
    let hasBegun = false
    try {
      for await (const event of answer()) {
        hasBegun = true
        yield event
      }
      return
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      const wait = delayBefore(attempt, error)
      if (hasBegun || !error.mayPass || attempt >= maxRetries || wait > longestWaitMs) throw error.error
      await sleep(wait, signal)
    }
  }
}

/** What the server asked for, else half a second, doubled each time; up to a quarter more, so that not all come at once. */
export function delayBefore(attempt: number, { retryAfterMs }: Failure): number {
  return (retryAfterMs ?? 500 * 2 ** attempt) * (1 + Math.random() / 4)
}
