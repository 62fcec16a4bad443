import type {
  CanEdit,
  Channel,
  ChannelAbilities,
  ChannelDefinition,
  ChatAddress,
  InboundMessage,
  Inbox,
  OutboundMessage,
  SentMessage,
} from '../src/channels/channel.ts'
import { printPlain } from '../src/lib/markdown.ts'

/** What one chat shows. */
interface Chat {
  messages: { text: string; key: string }[]
}

/** As many messages as Telegram hands over in one poll. */
const batchSize = 100

/**
 * A platform in this process that costs next to nothing, so that what is measured is the gateway: people write,
 * the bot polls, and every chat remembers what it shows.
 */
export class QuickPlatform {
  readonly definition: ChannelDefinition
  readonly #chats = new Map<string, Chat>()
  /** Called when a chat shows another text. */
  onShown: (chatId: string, text: string) => void = () => undefined
  /** Called when the bot has a message in hand, before it is accepted. */
  onReceived: (message: InboundMessage) => void = () => undefined
  readonly #pending: InboundMessage[] = []
  #bell = Promise.withResolvers<undefined>()
  #written = 0

  constructor(abilities: Pick<ChannelAbilities, 'streaming' | 'idempotentSend'>) {
    const unlimited = { burst: 1e9, perSecond: 1e9 }
    this.definition = {
      name: 'quick',
      displayName: 'Quick',
      logo: '',
      authMode: 'binding_code',
      reach: 'dials_out',
      credentialFields: [{ name: 'token', label: 'Token', type: 'password', required: true }],
      abilities: {
        maxTextLength: 4096,
        pace: { privateChat: unlimited, groupChat: unlimited, bot: unlimited },
        editIntervalMs: { privateChat: 0, groupChat: 0 },
        ...abilities,
      },
      print: printPlain,
      validate: async () => ({ id: 'quick', name: 'Quick' }),
      create: () => this.#bot(),
    }
  }

  /** A person writes in their private chat. */
  write(chatId: string, text: string): void {
    const id = String(++this.#written)
    this.#pending.push({
      key: id,
      kind: 'message',
      chat: { chatId, kind: 'private' },
      sender: { tenantId: '', id: chatId, name: `Person ${chatId}` },
      messageId: id,
      text,
      addressed: true,
      files: [],
      sentAt: Date.now(),
    })
    this.#bell.resolve(undefined)
  }

  /** The texts that a chat shows, oldest first. */
  messagesIn(chatId: string): string[] {
    return this.#chats.get(chatId)?.messages.map(({ text }) => text) ?? []
  }

  #bot(): Channel & CanEdit {
    return {
      receive: (inbox, signal) => this.#receive(inbox, signal),
      send: async (to, message, key) => this.#send(to, message, key),
      edit: async (sent, message) => this.#edit(sent, message),
    }
  }

  async #receive(inbox: Inbox, signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', () => this.#bell.resolve(undefined))
    while (!signal.aborted) {
      const messages = this.#pending.splice(0, batchSize)
      if (messages.length === 0) {
        this.#bell = Promise.withResolvers()
        inbox.alive()
        await this.#bell.promise
        continue
      }
      for (const message of messages) this.onReceived(message)
      await inbox.accept({ messages, cursor: messages.at(-1)?.key })
    }
  }

  #send(to: ChatAddress, { text }: OutboundMessage, key: string): SentMessage {
    const chat = this.#chats.get(to.chatId) ?? { messages: [] }
    this.#chats.set(to.chatId, chat)
    const isRepeated =
      this.definition.abilities.idempotentSend && chat.messages.some((message) => message.key === key)
    if (!isRepeated) chat.messages.push({ text, key })
    this.onShown(to.chatId, text)
    return { chatId: to.chatId, index: chat.messages.length - 1 }
  }

  #edit({ chatId, index }: SentMessage, { text }: OutboundMessage): void {
    const message = this.#chats.get(String(chatId))?.messages[Number(index)]
    if (message === undefined) throw new Error('There is no such message.')
    message.text = text
    this.onShown(String(chatId), text)
  }
}
