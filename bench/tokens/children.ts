import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Costs } from './child.ts'
import type { LoadOrder, LoadReport } from './load.ts'

/** A server in a process of its own. */
export interface Server {
  url: string
  costs(): Promise<Costs>
  /** SIGKILL. */
  kill(): Promise<void>
  stop(): Promise<void>
}

/** Starts bench/tokens/FILE and waits until it tells its address. */
export async function startServer(file: string, settings: object = {}): Promise<Server> {
  const child = fork(join(import.meta.dirname, file), [JSON.stringify(settings)], {
    execArgv: ['--expose-gc'],
  })
  const { url } = await answer<{ url: string }>(child, file)
  const end = async (end: () => void) => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    end()
    await gone
  }
  return {
    url,
    async costs() {
      child.send('costs')
      return (await answer<{ costs: Costs }>(child, file)).costs
    },
    kill: () => end(() => child.kill('SIGKILL')),
    stop: () => end(() => child.send('stop')),
  }
}

/** One process that asks for all. */
export interface Callers {
  ask(order: LoadOrder): Promise<LoadReport>
  stop(): void
}

export function startCallers(): Callers {
  const child = fork(join(import.meta.dirname, 'load.ts'))
  return {
    async ask(order) {
      child.send(order)
      return answer<LoadReport>(child, 'load.ts')
    },
    stop: () => child.disconnect(),
  }
}

async function answer<T extends object>(child: ChildProcess, file: string): Promise<T> {
  const heard = new AbortController()
  const { signal } = heard
  const gone = once(child, 'exit', { signal }).then(() => [{ error: 'it ended before it answered' }])
  const message = once(child, 'message', { signal })
  const [told] = (await Promise.race([message, gone])) as [T | { error: string }]
  // The other one would stay a listener; nobody waits for it any more.
  gone.catch(() => undefined)
  message.catch(() => undefined)
  heard.abort()
  if ('error' in told) throw new Error(`bench/tokens/${file}: ${told.error}`)
  return told
}
