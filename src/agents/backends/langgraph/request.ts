import { createHash } from 'node:crypto'
import type { AgentFile, AgentTurn } from '../../agent.ts'
import { embedImages } from '../../embed-images.ts'
import { hasSeveralPeople, saidBy, windowOf } from '../../history.ts'
import { resumeValue } from './interrupts.ts'
import type { Remembered } from './memory.ts'
import type { LangGraphSettings } from './settings.ts'

/**
 * What a run is asked for. A thread that is new is told what was said before it: it may stand for one that the
 * server has lost. A thread that stopped to ask gets the message as its answer.
 */
export async function runRequest(
  turn: AgentTurn,
  place: Remembered,
  isNewThread: boolean,
  settings: LangGraphSettings,
): Promise<object> {
  const { message } = await embedImages(turn)
  const said = contentOf({ ...turn, message })
  const own = { role: 'user', content: said, id: messageIdOf(turn) }
  const earlier = isNewThread ? historyOf(turn, settings) : []
  return {
    assistant_id: settings.assistantId,
    ...(place.asked === null
      ? { input: { [settings.messagesKey]: [...earlier, own] } }
      : { command: { resume: resumeValue(place.asked, textOf(said)) } }),
    metadata: { portico_turn: turn.idempotencyKey, portico_conversation: turn.conversation.id },
    ...optionsOf(turn, place, settings),
    stream_mode: settings.streamModes,
    stream_subgraphs: settings.showsSubgraphs,
    // A run goes on without us, and a later attempt reads what it has said so far.
    stream_resumable: true,
    on_disconnect: 'continue',
    if_not_exists: 'reject',
    multitask_strategy: settings.multitaskStrategy,
  }
}

/** The id of the turn's own message in the thread: where the answer begins, whoever reads it. */
export function messageIdOf({ idempotencyKey }: Pick<AgentTurn, 'idempotencyKey'>): string {
  return `portico-${idempotencyKey}`
}

/** The id of the thread that a turn makes, the same for each of its attempts: a UUID of version 8 (RFC 9562). */
export function threadIdOf(
  turn: Pick<AgentTurn, 'idempotencyKey' | 'conversation'>,
  assistantId: string,
): string {
  const bytes = createHash('sha256')
    .update(JSON.stringify([turn.conversation.id, turn.idempotencyKey, assistantId]))
    .digest()
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  return bytes.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

/** What a thread says about where it comes from. DeerFlow shows `channel_source` beside the thread's name. */
export function threadMetadata({ conversation }: AgentTurn): object {
  return {
    portico_conversation: conversation.id,
    ...(conversation.title !== '' && { title: conversation.title }),
    ...(conversation.source !== null && {
      channel_source: { type: 'im_channel', provider: conversation.source },
    }),
  }
}

/**
 * LangChain copies options into the metadata of traces and checkpoints, where people read them, but for those whose
 * names begin with two underscores. Without a grant its place is taken by null: the server for JavaScript keeps the
 * options of a thread's earlier runs, and those may be another person's.
 */
function optionsOf(turn: AgentTurn, { thread }: Remembered, settings: LangGraphSettings): object {
  const { grant, user, conversation } = turn
  const options = {
    ...settings.options,
    thread_id: thread,
    user_id: user.id,
    user_kind: user.kind,
    ...(conversation.source !== null && { channel_name: conversation.source }),
    __portico: grant === null || user.kind === 'guest' ? null : { grant: grant.token, url: grant.url },
  }
  return {
    config: {
      ...(settings.optionsIn !== 'context' && { configurable: options }),
      ...(settings.recursionLimit !== undefined && { recursion_limit: settings.recursionLimit }),
    },
    ...(settings.optionsIn !== 'configurable' && { context: options }),
  }
}

function historyOf(turn: AgentTurn, settings: LangGraphSettings): object[] {
  const tellApart = hasSeveralPeople(turn)
  return windowOf(turn.history, settings).map(({ role, text, author }) => ({
    role,
    content: role === 'user' ? saidBy(author, text, tellApart) : text,
  }))
}

type Content = string | ({ type: 'text'; text: string } | { type: 'image_url'; image_url: { url: string } })[]

function contentOf(turn: AgentTurn): Content {
  const { text, files } = turn.message
  const images = files.filter(isReadableImage)
  const lines = files.filter((file) => !isReadableImage(file)).map(lineOf)
  const words = [saidBy(turn.user.name, text, hasSeveralPeople(turn) && text !== ''), ...lines]
    .filter((line) => line !== '')
    .join('\n\n')
  if (images.length === 0) return words
  return [
    ...(words === '' ? [] : [{ type: 'text', text: words } as const]),
    ...images.map(({ url }) => ({ type: 'image_url', image_url: { url } }) as const),
  ]
}

function textOf(content: Content): string {
  if (typeof content === 'string') return content
  return content.map((part) => (part.type === 'text' ? part.text : '[image]')).join('\n\n')
}

/** The server of a model fetches the image, so an address on our own network would mean nothing to it. */
function isReadableImage({ mediaType, url }: AgentFile): boolean {
  return /^image\/(png|jpeg|gif|webp)$/.test(mediaType) && /^(data:|https:)/.test(url)
}

/** A graph has tools that read links; a file without one can only be named. */
function lineOf({ name, mediaType, url }: AgentFile): string {
  return `[file: ${name}, ${mediaType}${/^https?:/.test(url) ? `, ${url}` : ''}]`
}
