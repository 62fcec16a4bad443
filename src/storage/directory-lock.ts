import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/**
 * Takes the data directory for the life of this process and returns the function that gives it back, or
 * undefined when another process has it.
 *
 * Node cannot lock a file by itself, but SQLite can: its exclusive lock belongs to the process, the kernel
 * drops it when the process dies however it dies, and containers that share a volume see it. A pid file has
 * none of these.
 */
export function lockDirectory(directory: string): (() => void) | undefined {
  const file = new DatabaseSync(join(directory, 'lock'), { timeout: 0 })
  try {
    file.exec('pragma journal_mode = memory; begin exclusive')
    return () => file.close()
  } catch (error) {
    file.close()
    if (isBusy(error)) return undefined
    throw error
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === 5
}
