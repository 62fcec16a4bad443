import { printMarkdown } from '../../lib/markdown.ts'
import { PlatformError } from '../../lib/errors.ts'
import type {
  CanEdit,
  CanShowTyping,
  Channel,
  ChannelBot,
  ChannelDefinition,
  InboundMessage,
  Inbox,
  SentMessage,
} from '../channel.ts'
import type { PlaygroundPlatform, PlaygroundUpdate } from './platform.ts'

export type { PlaygroundChange, PlaygroundMessage, PlaygroundPlatform } from './platform.ts'

/** How long one poll of the platform waits for news. */
const pollMs = 25_000

const logo =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path fill="#0f766e" d="M4 3h16a2 2 0 0 1 2 2v11a2 2 0 0 1-2 2h-8l-5 4v-4H4a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2Z"/><path fill="#fff" d="M7 8h10v2H7zm0 4h6v2H7z"/></svg>'

/**
 * The playground channel: our own little chat app (platform.ts) behind the same contract as every platform, so
 * that the way of a message through inbox, linking, turn and delivery can be seen without any account.
 */
export function createPlaygroundChannel(platform: PlaygroundPlatform): ChannelDefinition {
  return {
    name: 'playground',
    displayName: 'Playground',
    logo,
    authMode: 'binding_code',
    reach: 'dials_out',
    credentialFields: [],
    abilities: {
      maxTextLength: 4000,
      streaming: 'edit',
      idempotentSend: true,
      pace: {
        privateChat: { burst: 50, perSecond: 50 },
        groupChat: { burst: 50, perSecond: 50 },
        bot: { burst: 5000, perSecond: 5000 },
      },
      editIntervalMs: { privateChat: 100, groupChat: 100 },
      typingIntervalMs: 4000,
    },
    print: printMarkdown,
    validate: async () => ({ id: 'playground', name: 'Playground' }),
    create: (bot) => new PlaygroundBot(platform, bot),
  }
}

class PlaygroundBot implements Channel, CanEdit, CanShowTyping {
  readonly #platform: PlaygroundPlatform
  readonly #id: string

  constructor(platform: PlaygroundPlatform, bot: ChannelBot) {
    this.#platform = platform
    this.#id = bot.id
  }

  async receive(inbox: Inbox, signal: AbortSignal): Promise<void> {
    let cursor = typeof inbox.cursor === 'number' ? inbox.cursor : 0
    // The platform is in this process: there is no connection to wait for.
    inbox.alive()
    while (!signal.aborted) {
      const updates = await this.#platform.updates(this.#id, cursor, pollMs, signal)
      inbox.alive()
      const last = updates.at(-1)
      if (last === undefined) continue
      await inbox.accept({ messages: updates.map(decode), cursor: last.id })
      cursor = last.id
    }
  }

  async send(...[to, message, idempotencyKey]: Parameters<Channel['send']>): Promise<SentMessage> {
    return { id: await this.#platform.send(this.#id, to.chatId, message.text, idempotencyKey) }
  }

  async edit(...[sent, message]: Parameters<CanEdit['edit']>): Promise<void> {
    const found =
      typeof sent['id'] === 'number' && (await this.#platform.edit(this.#id, sent['id'], message.text))
    if (!found) {
      throw new PlatformError({
        platform: 'playground',
        code: 'message_not_found',
        kind: 'gone',
        description: 'There is no such message.',
      })
    }
  }

  showTyping(...[to]: Parameters<CanShowTyping['showTyping']>): Promise<void> {
    return this.#platform.typing(this.#id, to.chatId)
  }
}

function decode(update: PlaygroundUpdate): InboundMessage {
  return {
    key: String(update.id),
    kind: 'message',
    chat: { chatId: update.personId, kind: 'private' },
    sender: { tenantId: '', id: update.personId, name: update.personName },
    messageId: String(update.id),
    text: update.text,
    addressed: true,
    files: [],
    sentAt: update.sentAt.getTime(),
  }
}
