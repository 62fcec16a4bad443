import { sql } from 'kysely'
import { referencedId, type Attachments } from '../attachments/attachments.ts'
import type { Audit } from '../audit/audit.ts'
import type { ChatAddress } from '../channels/channel.ts'
import type { Lanes } from '../coordination/lanes.ts'
import type { Delivery } from '../delivery/delivery.ts'
import type { Principal } from '../identity/principal.ts'
import type { NewId } from '../lib/ids.ts'
import type { Tx } from '../storage/database.ts'
import type { ChannelSource } from '../storage/tables/conversations.ts'
import { inboxQueue, type InboxPayload } from './accept.ts'
import { textOf, type MessagePart } from './parts.ts'
import { insertMessages, type Conversation } from './store.ts'
import { titleOf } from './texts.ts'

export interface RecordPostDependencies {
  newId: NewId
  lanes: Pick<Lanes, 'enqueue'>
  delivery: Pick<Delivery, 'answer' | 'refuse'>
  attachments: Pick<Attachments, 'assign'>
  audit: Audit
}

export interface NewPost {
  caller: Principal
  conversation: Conversation
  turnId: string
  parts: readonly MessagePart[]
  requestKey: string
  requestHash: string
}

/** Records a post with all that follows from it; false, and nothing is written, if its request was recorded before. */
export async function recordPost(deps: RecordPostDependencies, tx: Tx, post: NewPost): Promise<boolean> {
  const { caller, conversation, turnId, parts } = post
  if (!(await insertPostedTurn(tx, post))) return false
  const message = { id: deps.newId('msg'), conversationId: conversation.id, turnId, parts }
  await insertMessages(tx, [{ ...message, role: 'assistant', author: conversation.agent }])
  await tx
    .updateTable('conversations')
    .set({
      updated_at: sql`now()`,
      title: sql`case when title = '' then ${titleOf(textOf(parts))} else title end`,
    })
    .where('id', '=', conversation.id)
    .execute()
  const files = parts.flatMap((part) => (part.type === 'file' ? [referencedId(part.url)] : []))
  await deps.attachments.assign(
    tx,
    files.filter((id) => id !== undefined),
    conversation.id,
  )
  // Beside the lane, since it waits for no turn. Whoever runs a turn that is over writes its stream.
  const payload: InboxPayload = { kind: 'turn', turnId }
  await deps.lanes.enqueue(tx, [{ queue: inboxQueue, lane: `${conversation.lane}!`, payload }])
  await deliver(deps.delivery, tx, conversation, turnId)
  if (conversation.userId !== caller.userId)
    await deps.audit.record(tx, {
      actor: { kind: 'user', id: caller.userId },
      workspaceId: conversation.workspaceId,
      action: 'message.posted',
      subject: { kind: 'conversation', id: conversation.id },
      detail: { turn_id: turnId, user_id: conversation.userId },
    })
  return true
}

async function insertPostedTurn(tx: Tx, post: NewPost): Promise<boolean> {
  const { turnId, conversation, requestKey, requestHash } = post
  const row = await tx
    .insertInto('turns')
    .values({
      id: turnId,
      conversation_id: conversation.id,
      user_id: conversation.userId,
      agent: conversation.agent,
      kind: 'posted',
      state: 'succeeded',
      attempt: 1,
      request_key: requestKey,
      request_hash: requestHash,
      started_at: sql<Date>`now()`,
      finished_at: sql<Date>`now()`,
    })
    .onConflict((conflict) => conflict.column('request_key').doNothing())
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** Sends it to the chat of the conversation, if it has one of a bot of ours that is still this person's. */
async function deliver(
  delivery: RecordPostDependencies['delivery'],
  tx: Tx,
  { id, lane }: Conversation,
  turnId: string,
): Promise<void> {
  const chat = await tx
    .selectFrom('conversations as c')
    .innerJoin('bots as b', 'b.id', 'c.bot_id')
    .leftJoin('connections as k', (join) =>
      join.on((on) =>
        on.and([
          on(sql`k.id`, '=', sql`c.source ->> 'connection_id'`),
          on('k.status', '=', 'connected'),
          on('k.user_id', '=', on.ref('c.user_id')),
        ]),
      ),
    )
    .select(['b.id as botId', 'c.source', 'b.removed_at as removedAt', 'k.id as connectionId'])
    .where('c.id', '=', id)
    .executeTakeFirst()
  if (chat?.source == null) return
  const { botId, source, removedAt, connectionId } = chat
  if (removedAt !== null) await delivery.refuse(tx, { botId, turnId }, 'bot_removed')
  else if (source.connection_id !== undefined && connectionId === null)
    await delivery.refuse(tx, { botId, turnId }, 'disconnected')
  else await delivery.answer(tx, [{ botId, to: addressOf(source, lane), turnId }])
}

/** The lane of a chat whose topics share one conversation names none: then it is told beside them. */
function addressOf(
  { chat_id: chatId, chat_kind: kind = 'private', topic_id: topicId }: ChannelSource,
  lane: string,
) {
  const isShared = topicId === undefined || !lane.endsWith(`/${topicId}`)
  return { chatId, kind, ...(isShared ? {} : { topicId }) } satisfies ChatAddress
}
