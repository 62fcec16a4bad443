import type { AgentFile, AgentTurn } from '../../../agent.ts'
import { hasSeveralPeople, saidBy, windowOf } from '../../../history.ts'
import { isReadableImage, pseudonym } from '../request.ts'
import type { OpenAiSettings } from '../settings.ts'

/** The part of a request for a response that we use (https://platform.openai.com/docs/api-reference/responses/create). */
export interface ResponseRequest {
  model: string
  input: InputMessage[]
  instructions?: string
  stream: true
  /** Portico keeps the conversation and sends what counts of it, so that the server need not, but in the background. */
  store: boolean
  background?: true
  safety_identifier: string
  prompt_cache_key: string
  metadata: { conversation: string; turn: string }
  temperature?: number
  reasoning?: { summary: 'auto' | 'concise' | 'detailed' }
  tools?: object[]
}

export interface InputMessage {
  role: 'user' | 'assistant'
  content: string | InputPart[]
}

export type InputPart =
  | { type: 'input_text'; text: string }
  | { type: 'input_image'; image_url: string; detail: 'auto' }
  | { type: 'input_file'; filename?: string; file_data?: string; file_url?: string }

export function responseRequest(turn: AgentTurn, model: string, settings: OpenAiSettings): ResponseRequest {
  const { systemPrompt, temperature, reasoningSummary, tools } = settings
  const tellApart = hasSeveralPeople(turn)
  const earlier = windowOf(turn.history, settings).map(({ role, text, author }): InputMessage => ({
    role,
    content: saidBy(author, text, tellApart && role === 'user'),
  }))
  return {
    model,
    input: [...earlier, { role: 'user', content: contentOf(turn, tellApart) }],
    ...(systemPrompt === undefined ? {} : { instructions: systemPrompt }),
    stream: true,
    store: settings.background,
    ...(settings.background ? { background: true } : {}),
    safety_identifier: pseudonym(turn.user.id),
    prompt_cache_key: turn.conversation.id,
    metadata: { conversation: turn.conversation.id, turn: turn.id },
    ...(temperature === undefined ? {} : { temperature }),
    ...(reasoningSummary === undefined ? {} : { reasoning: { summary: reasoningSummary } }),
    ...(tools.length === 0 ? {} : { tools: tools.map(toolOf) }),
  }
}

function toolOf(type: string): object {
  return type === 'code_interpreter' ? { type, container: { type: 'auto' } } : { type }
}

function contentOf({ message, user }: AgentTurn, tellApart: boolean): string | InputPart[] {
  const files = message.files.map((file) => ({ file, part: partOf(file) }))
  const unread = files.flatMap(({ file, part }) =>
    part === undefined ? [`[file: ${file.name}, ${file.mediaType}]`] : [],
  )
  const said = saidBy(user.name, message.text, tellApart)
  const text = [said, ...unread].filter((line) => line !== '').join('\n\n')
  const parts = files.flatMap(({ part }) => (part === undefined ? [] : [part]))
  if (parts.length === 0) return text
  return [...(text === '' ? [] : [{ type: 'input_text' as const, text }]), ...parts]
}

/** What the server can read: images, and PDF documents; of others only the name is told. */
function partOf(file: AgentFile): InputPart | undefined {
  if (isReadableImage(file)) return { type: 'input_image', image_url: file.url, detail: 'auto' }
  if (file.mediaType !== 'application/pdf') return undefined
  if (file.url.startsWith('data:')) return { type: 'input_file', filename: file.name, file_data: file.url }
  return file.url.startsWith('https:') ? { type: 'input_file', file_url: file.url } : undefined
}
