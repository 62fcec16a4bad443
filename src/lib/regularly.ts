import type { Log } from './log.ts'

/** Does the same work again and again; a failure is logged, and the next time comes. Returns how to stop. */
export function regularly(
  everyMs: number,
  work: () => Promise<unknown>,
  onFailure: { log: Log; message: string },
): () => void {
  const timer = setInterval(() => {
    work().catch((error: unknown) => onFailure.log.warn({ err: error }, onFailure.message))
  }, everyMs)
  return () => clearInterval(timer)
}
