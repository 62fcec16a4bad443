import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Account, ChatMessage, SimulatedChat } from './chat.ts'
import { answerControl } from './control.ts'
import { Faults, refusalBy, type Fault } from './faults.ts'
import { methods } from './methods.ts'
import { readParameters, type Parameters } from './parameters.ts'
import { listenOnLoopback, stopServer } from '../../testing/loopback.ts'
import type { SimulatedFile, SimulatedPlatform } from '../../testing/simulated-platform.ts'
import { TelegramPlatform, type WriteOptions } from './platform.ts'
import { otherPoller, Refusal, unauthorized } from './refusal.ts'
import { createRooms } from './rooms.ts'

/**
 * Telegram on loopback: a Bot API server that the SDK cannot tell from the real one, the people who write to its
 * bots, and knobs for what goes wrong. `url` is what a bot's `api_root` is set to.
 */
export class TelegramSimulator extends TelegramPlatform {
  readonly faults = new Faults()
  /** The newest calls of the Bot API, oldest first; `url` and tokens left as they came. */
  readonly calls: RecordedCall[] = []
  url = ''
  /** The same for those who know no platform. */
  readonly platform: SimulatedPlatform = createRooms(this)
  readonly #server: Server
  #callListeners: (() => void)[] = []

  constructor(now: () => number) {
    super(now)
    this.#server = createServer((request, response) => void this.#serve(request, response))
    // A long poll lies open for up to 50 seconds.
    this.#server.requestTimeout = 0
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

  /** Somebody who may write to the bots. The same id is the same person. */
  person(fields: { id: number; first_name?: string; username?: string }): Person {
    const account = { first_name: `Person ${fields.id}`, ...fields, is_bot: false }
    this.people.set(account.id, account)
    return new Person(this, account)
  }

  /** As if a second program polled with the same token. */
  conflict(token: string): void {
    this.bots.get(token)?.updates.refusePoll(otherPoller())
  }

  /** Resolves with the first call, past or to come, that passes. */
  async untilCall(passes: (call: RecordedCall) => boolean): Promise<RecordedCall> {
    for (;;) {
      const found = this.calls.find(passes)
      if (found !== undefined) return found
      await new Promise<void>((resolve) => this.#callListeners.push(resolve))
    }
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://simulator')
    try {
      if (url.pathname.startsWith('/file/')) this.#giveFile(response, url)
      else if (url.pathname.startsWith('/control/')) {
        send(response, 200, await answerControl(this, url.pathname.slice(9), request))
      } else {
        await this.#answerBot(request, response, url)
      }
    } catch (error) {
      if (error instanceof Refusal) send(response, error.status, error)
      else send(response, 500, new Refusal(500, `Internal Server Error: ${String(error)}`))
    }
  }

  async #answerBot(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const [, token, name] = /^\/bot([^/]+)\/(\w+)$/.exec(url.pathname) ?? []
    if (token === undefined || name === undefined || !/^\d+:[\w-]+$/.test(token)) {
      throw new Refusal(404, 'Not Found')
    }
    const fault = this.faults.take(token, name)
    if (fault?.kind === 'drop_before') {
      response.destroy()
      return
    }
    const parameters = await readParameters(request, url)
    const gone = new AbortController()
    response.once('close', () => gone.abort())
    const refusal = refusalBy(fault)
    const answer = refusal ?? (await this.#execute(token, name, parameters, gone.signal))
    this.#record({ token, method: name, parameters: parameters.raw, answer })
    await this.faults.held(name)
    await deliver(response, answer, fault)
  }

  /** https://core.telegram.org/bots/api#getfile: files lie beside the methods, under the token. */
  #giveFile(response: ServerResponse, url: URL): void {
    const [, token = '', path = ''] =
      /^\/file\/bot([^/]+)\/(.+)$/.exec(decodeURIComponent(url.pathname)) ?? []
    const file = this.bots.has(token) ? this.media.at(path) : undefined
    if (file === undefined) throw new Refusal(404, 'Not Found')
    response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(file.bytes)
  }

  async #execute(token: string, name: string, parameters: Parameters, signal: AbortSignal): Promise<unknown> {
    const bot = this.bots.get(token)
    const method = methods.get(name.toLowerCase())
    try {
      if (bot === undefined) throw unauthorized()
      if (method === undefined) throw new Refusal(404, 'Not Found')
      return { ok: true, result: await method({ platform: this, bot, parameters, signal }) }
    } catch (error) {
      if (error instanceof Refusal) return error
      throw error
    }
  }

  #record(call: RecordedCall): void {
    this.calls.push(call)
    if (this.calls.length > 20_000) this.calls.splice(0, 10_000)
    const listeners = this.#callListeners
    this.#callListeners = []
    for (const listener of listeners) listener()
  }
}

export interface RecordedCall {
  token: string
  method: string
  parameters: Readonly<Record<string, unknown>>
  answer: unknown
}

/** A person with an app in hand. */
export class Person {
  readonly account: Account
  readonly #telegram: TelegramSimulator

  constructor(telegram: TelegramSimulator, account: Account) {
    this.#telegram = telegram
    this.account = account
  }

  /** Writes to a bot in private, or in the group of the options. */
  writes(token: string, text: string, options: WriteOptions = {}): ChatMessage {
    return this.#telegram.write(this.account, token, text, options)
  }

  /** Sends files, more than one as an album. */
  sends(
    token: string,
    files: readonly SimulatedFile[],
    options: WriteOptions & { caption?: string } = {},
  ): ChatMessage[] {
    return this.#telegram.sendFiles(this.account, token, files, options)
  }

  /** Presses a button of a message; returns the id that the bot answers. */
  presses(token: string, chat: SimulatedChat, message: ChatMessage, label: string): string {
    return this.#telegram.press(this.account, token, chat, message, label)
  }

  edits(chat: SimulatedChat, id: number, text: string): ChatMessage {
    return this.#telegram.edit(chat, id, text)
  }

  chatWith(token: string): SimulatedChat {
    const chat = this.#telegram.privateChat(token, this.account.id, true)
    if (chat === undefined) throw new Error('no such chat')
    return chat
  }

  blocks(token: string): void {
    this.#telegram.blocked.add(`${token}/${this.account.id}`)
  }
}

async function deliver(response: ServerResponse, answer: unknown, fault: Fault | undefined): Promise<void> {
  if (fault?.kind === 'drop_after') {
    response.destroy()
    return
  }
  if (fault?.kind === 'delay') await new Promise((resolve) => setTimeout(resolve, fault.ms))
  if (fault?.kind === 'page') {
    response.writeHead(fault.status, { 'content-type': 'text/html' }).end('<html>Bad Gateway</html>')
  } else if (fault?.kind === 'garbage') {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer).slice(0, -2))
  } else {
    send(response, answer instanceof Refusal ? answer.status : 200, answer)
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  if (response.destroyed) return
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

/** Starts the simulator on loopback; port 0 takes a free one. */
export async function startTelegramSimulator(
  options: { port?: number; now?: () => number } = {},
): Promise<TelegramSimulator> {
  const simulator = new TelegramSimulator(options.now ?? Date.now)
  await simulator.listen(options.port ?? 0)
  return simulator
}
