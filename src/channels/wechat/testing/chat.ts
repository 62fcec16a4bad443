import { EventEmitter, once } from 'node:events'
import type { SimulatedFile } from '../../testing/simulated-platform.ts'

export interface ChatMessage {
  id: string
  fromBot: boolean
  text: string
  files: SimulatedFile[]
}

/** The chat of a person with a bot. */
export class WechatChat {
  readonly messages: ChatMessage[] = []
  /** The token of the person's newest message; older ones are good for nothing. */
  contextToken = ''
  /** When the person wrote last, in milliseconds since the epoch. */
  openedAt = 0
  spent = 0
  typing = 0
  /** Client ids of the bot and the ids of the messages they became. */
  readonly sent = new Map<string, string>()
  readonly #changes = new EventEmitter()

  open(contextToken: string, now: number): void {
    this.contextToken = contextToken
    this.openedAt = now
    this.spent = 0
  }

  add(message: ChatMessage): void {
    this.messages.push(message)
    this.#changes.emit('change')
  }

  get answers(): string[] {
    return this.messages.filter(({ fromBot }) => fromBot).map(({ text }) => text)
  }

  async until(holds: (chat: WechatChat) => boolean): Promise<void> {
    while (!holds(this)) await once(this.#changes, 'change')
  }
}
