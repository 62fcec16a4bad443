import { NetworkError, PlatformError, type PlatformRefusal } from '../../lib/errors.ts'
import { printMarkdown } from '../../lib/markdown.ts'
import type {
  CanEdit,
  CanReact,
  CanSendFiles,
  CanShowTyping,
  Channel,
  ChannelAbilities,
  ChannelDefinition,
  ChatAddress,
  OutboundMessage,
  SentMessage,
} from '../../channels/channel.ts'

/** One call to the platform. */
export interface MemoryCall {
  method: 'send' | 'edit' | 'typing' | 'file' | 'react'
  chatId: string
  text: string
  at: number
}

/** A message as a person sees it. */
export interface MemoryMessage {
  id: number
  text: string
  replyTo: string | undefined
  isGrowing: boolean
  buttons: string[]
}

/** A platform that lives in memory: it keeps what people see, and can be told to fail as platforms do. */
export interface MemoryPlatform {
  definition: ChannelDefinition
  channel: Channel & CanEdit & CanShowTyping & CanSendFiles & CanReact
  calls: MemoryCall[]
  /** What stands in a chat, in order. */
  chat(chatId: string): string[]
  messages(chatId: string): MemoryMessage[]
  /** A person deletes a message. */
  remove(chatId: string, id: number): void
  /** Decides over each call before it is carried out: throw to refuse. */
  before: (call: MemoryCall) => void
  /** Runs after a call was carried out, before its answer: throw to lose the answer. */
  after: (call: MemoryCall) => void
}

const unhurried = { burst: 1_000, perSecond: 1_000 }

export const memoryAbilities: ChannelAbilities = {
  maxTextLength: 200,
  streaming: 'edit',
  idempotentSend: false,
  pace: { privateChat: unhurried, groupChat: unhurried, bot: unhurried },
  editIntervalMs: { privateChat: 1_000, groupChat: 3_000 },
  typingIntervalMs: 4_000,
}

export function createMemoryPlatform(
  now: () => number,
  abilities: Partial<ChannelAbilities> = {},
): MemoryPlatform {
  const chats = new Map<string, MemoryMessage[]>()
  const sentByKey = new Map<string, SentMessage>()
  const ability = { ...memoryAbilities, ...abilities }
  let lastId = 0

  const perform = <T>(method: MemoryCall['method'], chatId: string, text: string, act: () => T): T => {
    const call: MemoryCall = { method, chatId, text, at: now() }
    platform.calls.push(call)
    platform.before(call)
    const mayBeEmpty = method === 'typing' || ability.streaming === 'native'
    if (text.length > ability.maxTextLength || (!mayBeEmpty && text.trim() === '')) throw refusal('invalid')
    const result = act()
    platform.after(call)
    return result
  }
  const send = (to: ChatAddress, message: OutboundMessage, key: string): SentMessage => {
    const known = ability.idempotentSend ? sentByKey.get(key) : undefined
    if (known !== undefined) return known
    const shown = { id: ++lastId, replyTo: to.replyTo, ...lookOf(message) }
    chats.set(to.chatId, [...(chats.get(to.chatId) ?? []), shown])
    const sent = { chatId: to.chatId, id: shown.id }
    sentByKey.set(key, sent)
    return sent
  }
  const edit = ({ chatId, id }: SentMessage, edited: OutboundMessage) => {
    const message = chats.get(String(chatId))?.find((candidate) => candidate.id === id)
    if (message === undefined) throw refusal('gone')
    Object.assign(message, lookOf(edited))
  }
  const channel: MemoryPlatform['channel'] = {
    receive: (_inbox, signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve())),
    send: async (to, message, key) => perform('send', to.chatId, message.text, () => send(to, message, key)),
    edit: async (sent, message) =>
      perform('edit', String(sent['chatId']), message.text, () => edit(sent, message)),
    showTyping: async (to) => perform('typing', to.chatId, '', () => undefined),
    async sendFile(to, { name, blob }, key) {
      const text = `[${name}: ${await blob.text()}]`
      return perform('file', to.chatId, text, () => send(to, { text, plain: text }, key))
    },
    react: async (to, messageId, reaction) =>
      perform('react', to.chatId, `${reaction ?? 'nothing'} on ${messageId}`, () => undefined),
  }
  const platform: MemoryPlatform = {
    definition: definitionOf(ability, channel),
    channel,
    calls: [],
    chat: (chatId) => (chats.get(chatId) ?? []).map((message) => message.text),
    messages: (chatId) => chats.get(chatId) ?? [],
    remove: (chatId, id) =>
      void chats.set(
        chatId,
        (chats.get(chatId) ?? []).filter((message) => message.id !== id),
      ),
    before: () => undefined,
    after: () => undefined,
  }
  return platform
}

function lookOf({ text, growing, buttons = [] }: OutboundMessage) {
  return { text, isGrowing: growing === true, buttons: buttons.map(({ label }) => label) }
}

function definitionOf(abilities: ChannelAbilities, channel: Channel): ChannelDefinition {
  return {
    name: 'memory',
    displayName: 'Memory',
    logo: '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"/>',
    authMode: 'binding_code',
    reach: 'dials_out',
    credentialFields: [],
    abilities,
    print: printMarkdown,
    validate: async () => ({ id: 'memory', name: 'Memory' }),
    create: () => channel,
  }
}

/** A refusal by the memory platform. */
export function refusal(kind: PlatformRefusal, retryAfterMs?: number): PlatformError {
  const wait = retryAfterMs === undefined ? {} : { retryAfterMs }
  return new PlatformError({ platform: 'memory', code: kind, kind, description: `It said ${kind}.`, ...wait })
}

/** The answer of the memory platform got lost. */
export function noAnswer(): NetworkError {
  return new NetworkError('memory', new Error('socket hang up'))
}
