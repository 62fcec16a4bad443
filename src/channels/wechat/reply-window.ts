import { createHash } from 'node:crypto'
import type { ChannelDependencies, ChannelMemory } from '../channel.ts'
import { isRecord } from '../../lib/json.ts'
import { refusal } from './errors.ts'

/**
 * When a bot may write: for 24 hours after a person's message, at most ten messages of whatever kind, and with
 * the token that came with it (https://github.com/Tencent/openclaw-weixin/issues/81). Beyond that the platform
 * refuses, or takes the message and shows it to nobody, so it is never asked.
 *
 *   closed -> open (the person writes: a new token, nothing spent) -> closed (ten spent, a day gone, or refused)
 */
export interface ReplyWindow {
  contextToken: string
  /** The person's message that opened it, and when it was written, in milliseconds since the epoch. */
  messageId: string
  at: number
  /** What was sent in it: marks of idempotency keys, so that a repeated send is counted once, as the platform does. */
  spent: string[]
  /** The platform said no: its count is the one that counts. */
  isClosed?: true
}

export const replyWindow = { hours: 24, messages: 10 } as const

const lifeMs = replyWindow.hours * 60 * 60 * 1000

/** Where the window of a chat is remembered. */
export function windowKey(chatId: string): string {
  return `reply window ${chatId}`
}

export function openedBy(message: { contextToken: string; messageId: string; at: number }): ReplyWindow {
  return { ...message, spent: [] }
}

export function readWindow(value: unknown): ReplyWindow | undefined {
  if (!isRecord(value)) return undefined
  const { contextToken, messageId, at, spent, isClosed } = value
  if (typeof contextToken !== 'string' || typeof messageId !== 'string' || typeof at !== 'number')
    return undefined
  const marks = Array.isArray(spent) ? spent.filter((mark) => typeof mark === 'string') : []
  return { contextToken, messageId, at, spent: marks, ...(isClosed === true && { isClosed }) }
}

interface Deps {
  memory: ChannelMemory
  dependencies: Pick<ChannelDependencies, 'now'>
}

/** Throws PlatformError `awaits_person` when nothing more can be sent; spends nothing. */
export async function requireOpen(
  { memory, dependencies }: Deps,
  chatId: string,
  key: string,
): Promise<ReplyWindow> {
  return admit(readWindow(await memory.read(windowKey(chatId))), key, dependencies.now())
}

/** Takes one message from the budget, or the same one again for the same key. Throws like `requireOpen`. */
export async function spend(
  { memory, dependencies }: Deps,
  chatId: string,
  key: string,
): Promise<ReplyWindow> {
  const changed = await memory.change(windowKey(chatId), (value) => {
    const window = readWindow(value)
    if (window === undefined || isExhausted(window, key, dependencies.now())) return value
    return { ...window, spent: [...new Set([...window.spent, markOf(key)])] }
  })
  return admit(readWindow(changed), key, dependencies.now())
}

/** What was refused has not been spent. */
export async function giveBack({ memory }: Pick<Deps, 'memory'>, chatId: string, key: string): Promise<void> {
  await memory.change(windowKey(chatId), (value) => {
    const window = readWindow(value)
    return window && { ...window, spent: window.spent.filter((mark) => mark !== markOf(key)) }
  })
}

/** The platform refused a message in this window; one that a newer message has opened meanwhile stays open. */
export async function close(
  { memory }: Pick<Deps, 'memory'>,
  chatId: string,
  refused: ReplyWindow,
): Promise<void> {
  await memory.change(windowKey(chatId), (value) => {
    const window = readWindow(value)
    return window?.messageId === refused.messageId ? { ...window, isClosed: true } : value
  })
}

function admit(window: ReplyWindow | undefined, key: string, now: number): ReplyWindow {
  if (window === undefined) throw closed('the person has not written yet')
  if (isExhausted(window, key, now)) throw closed('the person must write again before the bot can answer')
  return window
}

function isExhausted({ at, spent, isClosed }: ReplyWindow, key: string, now: number): boolean {
  if (isClosed === true || now - at >= lifeMs) return true
  return spent.length >= replyWindow.messages && !spent.includes(markOf(key))
}

function markOf(key: string): string {
  return createHash('sha256').update(key).digest('base64url').slice(0, 16)
}

function closed(description: string) {
  return refusal('window', 'awaits_person', description)
}
