import { createHash } from 'node:crypto'
import type { AgentFile, AgentTurn } from '../../agent.ts'
import { hasSeveralPeople, saidBy, windowOf } from '../../history.ts'
import type { OpenAiSettings } from './settings.ts'

/** The part of a chat-completions request that we use (https://platform.openai.com/docs/api-reference/chat/create). */
export interface ChatRequest {
  model: string
  messages: ChatMessage[]
  stream: true
  stream_options: { include_usage: true }
  user: string
  temperature?: number
}

export type ChatMessage =
  { role: 'system' | 'assistant'; content: string } | { role: 'user'; content: string | ContentPart[] }

export type ContentPart = { type: 'text'; text: string } | { type: 'image_url'; image_url: { url: string } }

export function chatRequest(turn: AgentTurn, model: string, settings: OpenAiSettings): ChatRequest {
  const tellApart = hasSeveralPeople(turn)
  const system: ChatMessage[] =
    settings.systemPrompt === undefined ? [] : [{ role: 'system', content: settings.systemPrompt }]
  const earlier = windowOf(turn.history, settings).map(({ role, text, author }): ChatMessage => ({
    role,
    content: saidBy(author, text, tellApart && role === 'user'),
  }))
  return {
    model,
    messages: joinNeighbours([...system, ...earlier, { role: 'user', content: contentOf(turn, tellApart) }]),
    stream: true,
    stream_options: { include_usage: true },
    user: pseudonym(turn.user.id),
    ...(settings.temperature === undefined ? {} : { temperature: settings.temperature }),
  }
}

/** Messages of one role in a row become one: the templates of some models demand that roles alternate. */
function joinNeighbours(messages: ChatMessage[]): ChatMessage[] {
  const joined: ChatMessage[] = []
  for (const message of messages) {
    const last = joined.at(-1)
    if (last?.role !== message.role) joined.push({ ...message })
    else if (last.role !== 'user') last.content = `${last.content}\n\n${textOf(message.content)}`
    else last.content = joinContents(last.content, message.content)
  }
  return joined
}

function joinContents(first: string | ContentPart[], second: string | ContentPart[]): string | ContentPart[] {
  if (typeof first === 'string' && typeof second === 'string') return `${first}\n\n${second}`
  return [...partsOf(first), ...partsOf(second)]
}

function partsOf(content: string | ContentPart[]): ContentPart[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content
}

function textOf(content: string | ContentPart[]): string {
  return typeof content === 'string'
    ? content
    : content.map((part) => (part.type === 'text' ? part.text : '')).join('\n\n')
}

function contentOf({ message, user }: AgentTurn, tellApart: boolean): string | ContentPart[] {
  const images = message.files.filter(isReadableImage)
  const others = message.files.filter((file) => !isReadableImage(file))
  const said = saidBy(user.name, message.text, tellApart)
  const text = [said, ...others.map(({ name, mediaType }) => `[file: ${name}, ${mediaType}]`)]
    .filter((line) => line !== '')
    .join('\n\n')
  if (images.length === 0) return text
  return [
    ...(text === '' ? [] : [{ type: 'text', text } as const]),
    ...images.map(({ url }) => ({ type: 'image_url', image_url: { url } }) as const),
  ]
}

/** The server fetches the image, so an address on our own network would mean nothing to it. */
export function isReadableImage({ mediaType, url }: AgentFile): boolean {
  return /^image\/(png|jpeg|gif|webp)$/.test(mediaType) && /^(data:|https:)/.test(url)
}

/** Lets the provider tell people apart, for its abuse checks, without learning who they are. */
export function pseudonym(userId: string): string {
  return createHash('sha256').update(`portico:${userId}`).digest('base64url').slice(0, 32)
}
