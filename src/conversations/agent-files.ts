import type { AgentEvent } from '../agents/agent.ts'
import {
  parseDataUrl,
  referencedId,
  referenceOf,
  type Attachment,
  type Attachments,
} from '../attachments/attachments.ts'
import { GatewayError } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import type { Db } from '../storage/database.ts'
import { findConversation } from './store.ts'
import { texts } from './texts.ts'
import type { BegunTurn } from './turn-store.ts'

export interface AgentFileDependencies {
  db: Db
  attachments: Attachments
  log: Log
}

type FileEvent = AgentEvent & { type: 'file' }

const maxBytes = 50_000_000

/**
 * A file of an answer as the turn's stream holds it. One that came within its event (`data:`) is kept, so that its
 * bytes travel no further; a reference (`attachment:`) must be to a file of the same conversation. Other addresses
 * pass as links. What cannot be kept becomes words in its place.
 */
export async function keepAgentFile(
  deps: AgentFileDependencies,
  turn: BegunTurn,
  event: FileEvent,
): Promise<AgentEvent[]> {
  try {
    const attachment = await findOrKeep(deps, turn, event)
    if (attachment === undefined) return [event]
    const { id, mediaType, name } = attachment
    return [{ type: 'file', url: referenceOf(id), mediaType, filename: name }]
  } catch (error) {
    deps.log.warn({ turn: turn.id, err: error }, "a file of the agent's could not be kept")
    return words(texts.fileUnsent(event.filename ?? event.mediaType, reasonOf(error)))
  }
}

async function findOrKeep(
  { db, attachments }: AgentFileDependencies,
  turn: BegunTurn,
  event: FileEvent,
): Promise<Attachment | undefined> {
  const id = referencedId(event.url)
  if (id !== undefined) {
    const known = await attachments.find(id)
    if (known?.conversationId !== turn.conversationId)
      throw new Error('The file is not of this conversation.')
    return known
  }
  const data = parseDataUrl(event.url)
  if (data === undefined) return undefined
  const conversation = await findConversation(db, turn.conversationId)
  if (conversation === undefined) throw new Error('The conversation was deleted.')
  const owner = {
    userId: turn.userId,
    workspaceId: conversation.workspaceId,
    conversationId: conversation.id,
  }
  const mediaType = event.mediaType === '' ? data.mediaType : event.mediaType
  const name = event.filename ?? `file.${mediaType.split('/')[1]?.replace(/[^a-z0-9].*$/, '') ?? 'bin'}`
  const body = new Blob([data.bytes]).stream()
  return attachments.keep(owner, { name, mediaType, size: data.bytes.length, body }, { maxBytes })
}

function reasonOf(error: unknown): string {
  return error instanceof GatewayError && error.code === 'file_too_large'
    ? texts.fileTooLarge(maxBytes)
    : texts.fileUnreachable
}

function words(text: string): AgentEvent[] {
  const id = 'portico-file'
  return [
    { type: 'text-start', id },
    { type: 'text-delta', id, delta: `[${text}]` },
    { type: 'text-end', id },
  ]
}
