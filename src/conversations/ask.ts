import { sql } from 'kysely'
import type { Lanes } from '../coordination/lanes.ts'
import type { Principal } from '../identity/principal.ts'
import type { NewId } from '../lib/ids.ts'
import type { Db } from '../storage/database.ts'
import { inboxQueue, type BusyRules, type InboxPayload } from './accept.ts'
import { conversationErrors } from './errors.ts'
import type { MessagePart } from './parts.ts'
import { insertMessages, type Conversation } from './store.ts'
import { titleOf } from './texts.ts'
import { findTurnByRequest, insertTurn } from './turn-store.ts'

export interface AskDependencies {
  db: Db
  lanes: Lanes
  newId: NewId
  busyRules(agent: string): BusyRules
}

export interface Question {
  text: string
  files: { url: string; mediaType: string; filename?: string }[]
  /** The caller's own key: asking again under the same one is the same turn. */
  messageId?: string
}

/**
 * A user asks in one of their conversations over HTTP: the turn joins the conversation's lane. Returns the turn's
 * id; throws `conversation_busy` when too many wait already.
 */
export async function ask(
  deps: AskDependencies,
  caller: Principal,
  conversation: Conversation,
  question: Question,
): Promise<string> {
  const turnId = deps.newId('trn')
  const requestKey = `ask:${conversation.id}:${question.messageId ?? turnId}`
  return deps.db.transaction().execute(async (tx) => {
    const isNew = await insertTurn(tx, {
      id: turnId,
      conversationId: conversation.id,
      userId: caller.userId,
      agent: conversation.agent,
      requestKey,
    })
    if (!isNew) return (await findTurnByRequest(tx, requestKey))?.id ?? turnId
    await insertMessages(tx, [
      {
        id: deps.newId('msg'),
        conversationId: conversation.id,
        turnId,
        role: 'user',
        author: caller.name,
        parts: partsOf(question),
      },
    ])
    await tx
      .updateTable('conversations')
      .set({
        updated_at: sql`now()`,
        title: sql`case when title = '' then ${titleOf(question.text)} else title end`,
      })
      .where('id', '=', conversation.id)
      .execute()
    const payload: InboxPayload = { kind: 'turn', turnId }
    const [enqueued] = await deps.lanes.enqueue(tx, [{ queue: inboxQueue, lane: conversation.lane, payload }])
    if ((enqueued?.ahead ?? 0) >= deps.busyRules(conversation.agent).limit) {
      throw conversationErrors.conversation_busy({ retryAfter: 5 })
    }
    return turnId
  })
}

function partsOf(question: Question): MessagePart[] {
  const files: MessagePart[] = question.files.map((file) => ({
    type: 'file',
    url: file.url,
    media_type: file.mediaType,
    ...(file.filename === undefined ? {} : { filename: file.filename }),
  }))
  return question.text === '' ? files : [{ type: 'text', text: question.text }, ...files]
}
