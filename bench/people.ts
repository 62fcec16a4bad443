import { texts } from '../src/conversations/texts.ts'
import { createIds } from '../src/lib/ids.ts'
import { parseMarkdown, printPlain } from '../src/lib/markdown.ts'
import type { Db } from '../src/storage/database.ts'
import type { QuickPlatform } from './quick-platform.ts'

const waitNotice = printPlain(parseMarkdown(texts.queued))

/** People on a platform, connected to accounts of their own, who know what should stand in their chats. */
export class People {
  readonly chatIds: readonly string[]
  readonly #platform: QuickPlatform
  readonly #written = new Map<string, string[]>()
  #answered: (chatId: string) => void = () => undefined

  constructor(platform: QuickPlatform, count: number) {
    this.#platform = platform
    this.chatIds = Array.from({ length: count }, (_, index) => String(1000 + index))
    for (const chatId of this.chatIds) this.#written.set(chatId, [])
    platform.onShown = (chatId, text) => {
      if (text === this.#written.get(chatId)?.at(-1)) this.#answered(chatId)
    }
  }

  /** A workspace, a bot, and everybody's connection, as if they had sent their codes. Nothing else may be there. */
  async connect(db: Db): Promise<void> {
    const newId = createIds(Date.now)
    const workspace = { id: newId('wsp'), name: 'Bench' }
    const channel = this.#platform.definition.name
    const bot = { id: newId('bot'), workspace_id: workspace.id, channel, name: channel, agent: 'default' }
    const users = this.chatIds.map((chatId) => {
      const id = newId('usr')
      return { id, name: `Person ${chatId}`, email: `${id}@example.com`, email_verified: true, role: 'user' }
    })
    const connections = users.map(({ id, name }, index) => ({
      id: newId('con'),
      workspace_id: workspace.id,
      user_id: id,
      channel,
      bot_id: bot.id,
      tenant_id: '',
      tenant_name: null,
      external_id: this.chatIds[index] ?? '',
      external_name: name,
      status: 'connected' as const,
      scopes: '[]',
      metadata: '{}',
    }))
    await db.insertInto('workspaces').values(workspace).execute()
    await db
      .insertInto('bots')
      .values({ ...bot, settings: '{}', secrets: null, source: 'runtime', cursor: null })
      .execute()
    await db.insertInto('users').values(users).execute()
    await db.insertInto('connections').values(connections).execute()
  }

  write(chatId: string): void {
    const written = this.#written.get(chatId) ?? []
    const text = `${written.length}: ${chatId} writes a message of the usual length, as people do in a chat.`
    written.push(text)
    this.#platform.write(chatId, text)
  }

  /** Everybody writes so often, each time as soon as they are answered; resolves with the last answer. */
  async converse(each: number): Promise<void> {
    const left = new Map(this.chatIds.map((chatId) => [chatId, each - 1]))
    const over = this.untilAnswered(this.chatIds.length * each, (chatId) => {
      const remaining = left.get(chatId) ?? 0
      left.set(chatId, remaining - 1)
      if (remaining > 0) this.write(chatId)
    })
    for (const chatId of this.chatIds) this.write(chatId)
    await over
  }

  /** Resolves when so many answers from now on stand in full. */
  untilAnswered(count: number, answered: (chatId: string) => void = () => undefined): Promise<void> {
    return new Promise((resolve) => {
      let missing = count
      this.#answered = (chatId) => {
        if (--missing === 0) resolve()
        answered(chatId)
      }
    })
  }

  /**
   * Throws unless every message was answered once, in order. A growing answer may be whole before its turn has
   * ended: who writes on then may be told to wait.
   */
  check(): void {
    for (const [chatId, written] of this.#written) {
      const shown = this.#platform.messagesIn(chatId).filter((text) => text !== waitNotice)
      if (JSON.stringify(shown) !== JSON.stringify(written))
        throw new Error(`Chat ${chatId} shows ${JSON.stringify(shown)} for ${JSON.stringify(written)}.`)
    }
  }
}
