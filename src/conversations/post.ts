import { createHash } from 'node:crypto'
import {
  parseDataUrl,
  referenceOf,
  type AttachmentOwner,
  type Attachments,
} from '../attachments/attachments.ts'
import type { Audit } from '../audit/audit.ts'
import type { Lanes } from '../coordination/lanes.ts'
import type { Delivery, DeliveryRecord } from '../delivery/delivery.ts'
import type { Principal } from '../identity/principal.ts'
import type { NewId } from '../lib/ids.ts'
import type { Db } from '../storage/database.ts'
import { conversationErrors } from './errors.ts'
import { conversationOfLatestChat } from './latest-chat.ts'
import type { MessagePart } from './parts.ts'
import { findAddressee, findPostable } from './post-permission.ts'
import { recordPost } from './record-post.ts'
import type { Conversation } from './store.ts'

/** What a program tells a person unasked. */
export interface Post {
  /** Markdown. */
  text: string
  /** As data: URLs. */
  files: { url: string; mediaType: string; filename?: string }[]
  /** The caller's own key: posting again under it is the same message. */
  key?: string
}

/** A conversation, or a user on their latest channel (`me`: the caller). */
export type PostTarget = { conversationId: string } | { userId: string }

export interface Posted {
  messageId: string
  turnId: string
  conversationId: string
  /** Null where the conversation is told in no chat of a bot of ours. */
  delivery: DeliveryRecord | null
}

export interface PostDependencies {
  db: Db
  newId: NewId
  lanes: Lanes
  delivery: Delivery
  attachments: Attachments
  audit: Audit
}

const maxFileBytes = 50_000_000

/**
 * Posts a message: a turn that nobody asked for, over from its beginning. It stands in the history like any answer, and
 * goes out through the chat's outbox behind the answer that is being shown. All is written in one transaction; the
 * inbox then writes the turn's stream, which delivery and readers follow, so that after a crash in between it is still
 * told, and told once. A retry is answered as the first try was. Throws `conversation_not_found`,
 * `conversation_of_guests`, `user_not_found`, `user_has_no_channel`, `message_id_reused` and `file_too_large`.
 */
export async function post(
  deps: PostDependencies,
  caller: Principal,
  target: PostTarget,
  message: Post,
): Promise<Posted> {
  const place = await placeOf(deps.db, caller, target)
  const turnId = deps.newId('trn')
  const request = requestOf(caller, target, message, turnId)
  const known = await findPosted(deps, request)
  if (known !== undefined) return known
  const owner = { userId: place.userId, workspaceId: place.workspaceId ?? caller.workspaceId }
  const files = await keepFiles(deps, owner, message)
  const parts: MessagePart[] = [{ type: 'text', text: message.text }, ...files]
  try {
    await deps.db.transaction().execute(async (tx) => {
      const conversation =
        place.conversation ?? (await conversationOfLatestChat(deps, tx, place.userId, place.workspaceId))
      const isNew = await recordPost(deps, tx, { caller, conversation, turnId, parts, ...request })
      if (!isNew) throw new PostedMeanwhile()
    })
  } catch (error) {
    if (!(error instanceof PostedMeanwhile)) throw error
  }
  const posted = await findPosted(deps, request)
  if (posted === undefined) throw conversationErrors.conversation_not_found()
  return posted
}

/** The same request was recorded by another try at the same time: what this one began is rolled back. */
class PostedMeanwhile extends Error {}

interface Place {
  userId: string
  workspaceId: string | undefined
  conversation?: Conversation
}

async function placeOf(db: Db, caller: Principal, target: PostTarget): Promise<Place> {
  if ('userId' in target) return findAddressee(db, caller, target.userId)
  const conversation = await findPostable(db, caller, target.conversationId)
  // What is posted stands before guests in public, and whoever posts speaks with an account.
  if (conversation.source?.sponsorship_id !== undefined) throw conversationErrors.conversation_of_guests()
  return { userId: conversation.userId, workspaceId: conversation.workspaceId, conversation }
}

interface PostRequest {
  requestKey: string
  requestHash: string
}

/** Keys are the caller's own; an agent's count within its conversation. */
function requestOf(
  caller: Principal,
  target: PostTarget,
  { text, files, key }: Post,
  turnId: string,
): PostRequest {
  const scope = caller.grant?.conversationId ?? caller.userId
  const requestHash = createHash('sha256')
    .update(JSON.stringify([target, text, files]))
    .digest('hex')
  return { requestKey: key === undefined ? `post:${turnId}` : `post:${scope}:${key}`, requestHash }
}

async function findPosted(
  { db, delivery }: PostDependencies,
  { requestKey, requestHash }: PostRequest,
): Promise<Posted | undefined> {
  const row = await db
    .selectFrom('turns')
    .innerJoin('messages', 'messages.turn_id', 'turns.id')
    .select(['turns.id as turnId', 'turns.conversation_id as conversationId', 'messages.id as messageId'])
    .select('turns.request_hash as hash')
    .where('turns.request_key', '=', requestKey)
    .executeTakeFirst()
  if (row === undefined) return undefined
  const { hash, ...posted } = row
  if (hash !== requestHash) throw conversationErrors.message_id_reused()
  return { ...posted, delivery: (await delivery.records(db, [row.turnId])).get(row.turnId) ?? null }
}

/** Kept before the transaction, which makes them the conversation's; what it leaves is deleted after a day. */
async function keepFiles(
  { attachments }: PostDependencies,
  owner: AttachmentOwner,
  { files }: Post,
): Promise<MessagePart[]> {
  const parts: MessagePart[] = []
  for (const { url, mediaType, filename } of files) {
    const data = parseDataUrl(url)
    if (data === undefined) throw new Error('The schema lets only data: URLs through.')
    const type = mediaType === '' ? data.mediaType : mediaType
    const name = filename ?? `file.${type.split('/')[1]?.replace(/[^a-z0-9].*$/, '') ?? 'bin'}`
    const body = new Blob([data.bytes]).stream()
    const file = { name, mediaType: type, size: data.bytes.length, body }
    const kept = await attachments.keep(owner, file, { maxBytes: maxFileBytes })
    parts.push({ type: 'file', url: referenceOf(kept.id), media_type: kept.mediaType, filename: kept.name })
  }
  return parts
}
