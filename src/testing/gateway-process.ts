import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { openSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

/** How a gateway is started: the arguments of Node, and the variables beside its port. */
export interface GatewayCommand {
  args: string[]
  variables: Record<string, string>
  /** Where its log goes. */
  logFile: string
}

/** A gateway in a process of its own: started, killed and started again on the same port. */
export class GatewayProcess {
  readonly url: string
  readonly #command: GatewayCommand
  readonly #port: number
  #child: ChildProcess | undefined

  private constructor(command: GatewayCommand, port: number) {
    this.#command = command
    this.#port = port
    this.url = `http://127.0.0.1:${port}`
  }

  static async prepare(command: GatewayCommand): Promise<GatewayProcess> {
    return new GatewayProcess(command, await freePort())
  }

  /** Throws while it runs: the first process would be out of reach, and outlive the tests. */
  start(): void {
    if (this.#isRunning()) throw new Error(`The gateway at ${this.url} runs already.`)
    const { args, variables, logFile } = this.#command
    const log = openSync(logFile, 'a')
    this.#child = spawn(process.execPath, args, {
      cwd: join(import.meta.dirname, '..', '..'),
      env: { PATH: process.env['PATH'], ...variables, PORTICO_PORT: String(this.#port) },
      stdio: ['ignore', log, log],
    })
  }

  /** Resolves once it answers over HTTP; throws when it ended instead. */
  async untilReady(): Promise<void> {
    for (;;) {
      const isUp = await fetch(`${this.url}/healthz`).then(
        ({ ok }) => ok,
        () => false,
      )
      if (isUp) return
      if (this.#child?.exitCode !== null) throw new Error(`It ended: see ${this.#command.logFile}.`)
      await wait(20)
    }
  }

  #isRunning(): boolean {
    return this.#child?.exitCode === null && this.#child.signalCode === null
  }

  /** SIGKILL, and resolves when it is gone. */
  kill(): Promise<void> {
    return this.#end('SIGKILL')
  }

  /** SIGTERM, and resolves when it has ended. */
  stop(): Promise<void> {
    return this.#end('SIGTERM')
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child
    if (child === undefined || !this.#isRunning()) return
    const gone = once(child, 'exit')
    child.kill(signal)
    await gone
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return port
}
