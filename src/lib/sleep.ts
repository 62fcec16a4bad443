import { setTimeout as wait } from 'node:timers/promises'

/** Waits `ms` milliseconds; rejects with the signal's reason when it aborts first. */
export type Sleep = (ms: number, signal?: AbortSignal) => Promise<void>

export const sleep: Sleep = async (ms, signal) => {
  try {
    await wait(ms, undefined, signal === undefined ? {} : { signal })
  } catch (error) {
    throw signal?.aborted === true ? signal.reason : error
  }
}
