import type { Sleep } from '../lib/sleep.ts'

/**
 * What the database answers, if it does so in time. A connection may hang for as long as TCP hopes; who waits for it
 * would not come back when the next one works. What comes late is let go of.
 */
export async function inTime<T>(sleep: Sleep, ms: number, asked: Promise<T>): Promise<T> {
  const end = new AbortController()
  const late = sleep(ms, end.signal).then(() => {
    throw new Error(`The database did not answer within ${ms} ms.`)
  })
  try {
    return await Promise.race([asked, late])
  } finally {
    end.abort()
    late.catch(() => undefined)
  }
}
