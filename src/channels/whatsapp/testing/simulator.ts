import { createServer, type Server } from 'node:http'
import { listenOnLoopback, stopServer } from '../../testing/loopback.ts'
import type { SimulatedPerson, SimulatedPlatform } from '../../testing/simulated-platform.ts'
import { answerGraph } from './graph.ts'
import { SimulatedNumber } from './number.ts'
import { GraphRefusal } from './refusal.ts'

/**
 * WhatsApp on loopback: the Graph API of business numbers, the people who write to them, and the webhooks that
 * tell. `url` is what a bot's `api_root` is set to.
 */
export class WhatsAppSimulator {
  readonly numbers: SimulatedNumber[] = []
  readonly platform: Omit<SimulatedPlatform, 'addBot'> & { addBot(name: string): SimulatedNumber }
  url = ''
  readonly #server: Server
  #people = 0

  constructor(now: () => number) {
    this.#server = createServer((request, response) => {
      answerGraph(this.numbers, this.url, request, response).catch((error: unknown) => {
        const refusal = error instanceof GraphRefusal ? error : new GraphRefusal(500, 1, String(error))
        response
          .writeHead(refusal.status, { 'content-type': 'application/json' })
          .end(JSON.stringify(refusal.body))
      })
    })
    const url = () => this.url
    this.platform = {
      channel: 'whatsapp',
      get url() {
        return url()
      },
      addBot: (name) => {
        const index = this.numbers.length + 1
        const number = new SimulatedNumber({ index, name, apiRoot: this.url, now })
        this.numbers.push(number)
        return number
      },
      addPerson: (name) => this.#addPerson(name),
      stop: () => this.stop(),
    }
  }

  async listen(port: number): Promise<void> {
    this.url = await listenOnLoopback(this.#server, port)
  }

  stop(): Promise<void> {
    return stopServer(this.#server)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  #addPerson(name: string): SimulatedPerson {
    this.#people += 1
    return { id: String(15_550_200_000 + this.#people), name }
  }
}

/** Starts the simulator on loopback; port 0 takes a free one. */
export async function startWhatsAppSimulator(
  options: { port?: number; now?: () => number } = {},
): Promise<WhatsAppSimulator> {
  const simulator = new WhatsAppSimulator(options.now ?? Date.now)
  await simulator.listen(options.port ?? 0)
  return simulator
}
