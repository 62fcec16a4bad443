import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Log } from '../../lib/log.ts'
import type { Answer } from './answer.ts'

/**
 * Answers that the database does not take just now, in memory and, sealed, in files, so that neither an outage of the
 * database nor the end of this process loses an account.
 */
export interface Spool {
  add(answer: Answer): Promise<void>
  remove(answer: Answer): Promise<void>
  /** What a process before this one left behind. */
  load(): Promise<void>
  waiting(): readonly Answer[]
}

const suffix = '.answer.json'

export function createSpool({ directory, log }: { directory: string; log: Log }): Spool {
  const answers = new Map<string, Answer>()
  const nameOf = ({ id, fence }: Answer) => `${id}.${fence}${suffix}`
  return {
    async add(answer) {
      const name = nameOf(answer)
      if (answers.has(name)) return
      answers.set(name, answer)
      try {
        await mkdir(directory, { recursive: true, mode: 0o700 })
        await writeDurably(join(directory, name), JSON.stringify(answer))
      } catch (error) {
        log.error({ err: error, credential: answer.id }, 'new tokens could not be kept in a file either')
      }
    },
    async remove(answer) {
      answers.delete(nameOf(answer))
      await rm(join(directory, nameOf(answer)), { force: true })
    },
    async load() {
      const names = await readdir(directory).catch(() => [])
      for (const name of names.filter((one) => one.endsWith(suffix))) {
        try {
          answers.set(name, JSON.parse(await readFile(join(directory, name), 'utf8')) as Answer)
        } catch (error) {
          log.error({ err: error, file: name }, 'a file of new tokens cannot be read')
        }
      }
    },
    waiting: () => [...answers.values()],
  }
}

/** Whole or not at all. */
async function writeDurably(path: string, text: string): Promise<void> {
  const draft = await open(`${path}.draft`, 'w', 0o600)
  try {
    await draft.writeFile(text)
    await draft.sync()
  } finally {
    await draft.close()
  }
  await rename(`${path}.draft`, path)
}
