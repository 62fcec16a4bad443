import { TurnCancelled } from '../agent.ts'

/**
 * Has the server stop its work for a turn that a person has stopped. When only this replica lets go of the turn, the
 * server works on, and the next attempt takes that up.
 */
export async function* stopWithTurn<T>(
  events: AsyncIterable<T>,
  signal: AbortSignal,
  stop: (signal: AbortSignal) => Promise<void>,
): AsyncGenerator<T> {
  try {
    yield* events
  } finally {
    // The person waits for nothing more, so whether it works is only the server's business.
    if (isStopped(signal)) await stop(AbortSignal.timeout(stopMs)).catch(() => undefined)
  }
}

const stopMs = 5000

/** Whether a person wanted it so. */
export function isStopped({ reason }: AbortSignal): boolean {
  return reason instanceof TurnCancelled
}
