import { writeAnswer, type Answer, type Awoke, type TakeBack } from './answer.ts'
import type { Renewed } from './refresh.ts'
import type { CredentialsDependencies } from '../credentials/dependencies.ts'
import { createSpool } from './spool.ts'

/** Sees to it that new tokens are written, whatever the database does meanwhile. */
export interface Saver {
  /** Tries for some seconds; what is not written then is tried by `retry` for as long as it takes. */
  save(answer: Answer): Promise<Renewed>
  retry(): Promise<void>
  load(): Promise<void>
}

interface SaverDependencies extends Pick<CredentialsDependencies, 'db' | 'log' | 'sleep' | 'spoolDirectory'> {
  takeBack: TakeBack
  awoke: Awoke
}

const firstPauseMs = 50
const longestPauseMs = 2_000
/** With the time that the question took, this stays below the claim's 30 s. */
const patienceMs = 10_000

export function createSaver(deps: SaverDependencies): Saver {
  const { log, sleep, spoolDirectory } = deps
  const spool = createSpool({ directory: spoolDirectory, log })
  const write = async (answer: Answer): Promise<Renewed> => {
    const outcome = await writeAnswer(deps, answer)
    if (outcome !== 'written') log.warn({ credential: answer.id, outcome }, 'new tokens came too late')
    return { kind: 'changed' }
  }
  return {
    async save(answer) {
      let pauseMs = firstPauseMs
      for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += pauseMs) {
        try {
          const renewed = await write(answer)
          if (waitedMs > 0) await spool.remove(answer)
          return renewed
        } catch (error) {
          log.error({ err: error, credential: answer.id }, 'new tokens could not be written yet')
          await spool.add(answer)
        }
        pauseMs = Math.min(pauseMs * 2, longestPauseMs)
        await sleep(pauseMs)
      }
      return { kind: 'later', retryAfterMs: longestPauseMs }
    },
    async retry() {
      for (const answer of spool.waiting()) {
        try {
          await write(answer)
          await spool.remove(answer)
        } catch (error) {
          log.error({ err: error, credential: answer.id }, 'new tokens still wait to be written')
        }
      }
    },
    load: () => spool.load(),
  }
}
