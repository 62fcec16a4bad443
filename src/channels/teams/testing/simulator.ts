import { createServer, type Server } from 'node:http'
import { listenOnLoopback, stopServer } from '../../testing/loopback.ts'
import type { SimulatedPerson, SimulatedPlatform } from '../../testing/simulated-platform.ts'
import { SimulatedTeamsBot } from './bot.ts'
import { ConnectorKeys } from './keys.ts'
import { ConnectorRefusal } from './refusal.ts'
import { answer } from './server.ts'

/**
 * Microsoft Teams on loopback: the login hosts, the Bot Connector with people, group chats and channels, and the
 * signed calls that tell a bot. `url` is what a bot's `api_root` is set to.
 */
export class TeamsSimulator {
  readonly bots: SimulatedTeamsBot[] = []
  readonly keys: ConnectorKeys
  readonly platform: Omit<SimulatedPlatform, 'addBot'> & { addBot(name: string): SimulatedTeamsBot }
  url = ''
  readonly #server: Server
  #people = 0

  constructor(now: () => number) {
    this.keys = new ConnectorKeys(now)
    this.#server = createServer((request, response) => {
      const world = { origin: this.url, bots: this.bots, keys: this.keys }
      answer(world, request, response).catch((error: unknown) => {
        const refusal =
          error instanceof ConnectorRefusal ? error : new ConnectorRefusal(500, 'ServiceError', String(error))
        const headers = { 'content-type': 'application/json', ...refusal.headers }
        response.writeHead(refusal.status, headers).end(JSON.stringify(refusal.body))
      })
    })
    const url = () => this.url
    this.platform = {
      channel: 'teams',
      get url() {
        return url()
      },
      addBot: (name) => {
        const fields = { index: this.bots.length + 1, name, origin: this.url, now, keys: this.keys }
        const bot = new SimulatedTeamsBot(fields)
        this.bots.push(bot)
        return bot
      },
      addPerson: (name) => this.#addPerson(name),
      stop: () => this.stop(),
    }
  }

  async listen(port: number): Promise<void> {
    await this.keys.add('key-1', ['msteams'])
    this.url = await listenOnLoopback(this.#server, port)
  }

  stop(): Promise<void> {
    return stopServer(this.#server)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  /** People are known by their ids in the directory. */
  #addPerson(name: string): SimulatedPerson {
    this.#people += 1
    return { id: `9e09e000-0000-4000-8000-${String(this.#people).padStart(12, '0')}`, name }
  }
}

/** Starts the simulator on loopback; port 0 takes a free one. */
export async function startTeamsSimulator(
  options: { port?: number; now?: () => number } = {},
): Promise<TeamsSimulator> {
  const simulator = new TeamsSimulator(options.now ?? Date.now)
  await simulator.listen(options.port ?? 0)
  return simulator
}
