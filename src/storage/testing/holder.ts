import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { EmbeddedPostgres } from '../embedded-postgres.ts'

export interface Holder {
  address: EmbeddedPostgres['address']
  /** Kills the process as the kernel would: nothing in it runs any more. */
  kill(): Promise<void>
}

/** Another process that has started the embedded server on `directory`. */
export async function holdDirectory(directory: string): Promise<Holder> {
  const script = join(import.meta.dirname, 'hold-directory.ts')
  const child = spawn(process.execPath, [script, directory], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  return {
    address: JSON.parse(line.toString('utf8')) as Holder['address'],
    async kill() {
      child.kill('SIGKILL')
      await once(child, 'close')
    },
  }
}
