import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Lanes } from '../coordination/lanes.ts'
import type { NewId } from '../lib/ids.ts'
import type { Db, Tx } from '../storage/database.ts'
import { inboxQueue, type BusyRules, type InboxPayload } from './accept.ts'
import { conversationErrors } from './errors.ts'
import type { MessagePart } from './parts.ts'
import type { Conversation } from './store.ts'
import { titleOf } from './texts.ts'
import { findTurnByRequest, type TurnRecord } from './turn-store.ts'

export interface AskDependencies {
  db: Db
  lanes: Lanes
  newId: NewId
  busyRules(agent: string): BusyRules
  /** Whether an agent was taken out of use: it takes no new turns. */
  isDisabled(agent: string): boolean
}

export interface Question {
  text: string
  files: { url: string; mediaType: string; filename?: string }[]
  /** The caller's own key: asking again under the same one is the same turn. */
  messageId?: string
}

/** Who asks what, and where. */
export interface Asking {
  user: { id: string; name: string }
  conversation: Pick<Conversation, 'id' | 'agent' | 'lane'>
  question: Question
  /** Within what a `messageId` names one message. */
  scope: string
  /** Throws where the right to ask has ended meanwhile; it cannot end until the question is in the lane. */
  admit?: (tx: Tx) => Promise<void>
  /** Makes the conversation, where it begins with this question. A retry leaves it to the first try's. */
  begin?: (tx: Tx) => Promise<void>
}

export interface Asked {
  /** Perhaps one that an earlier try began. */
  turn: TurnRecord
  /** Nothing was before it, so it need not be told where it stands. */
  isNext: boolean
}

/**
 * A question that comes over HTTP: the turn joins the conversation's lane. Throws `conversation_busy` when too many
 * wait already, `agent_disabled`, `message_id_reused` when the same key came with another question, and `conversation_not_found` when
 * the conversation was deleted just now.
 */
export async function ask(deps: AskDependencies, asking: Asking): Promise<Asked> {
  const { conversation, question, user, scope } = asking
  if (deps.isDisabled(conversation.agent)) throw conversationErrors.agent_disabled()
  const turnId = deps.newId('trn')
  const request = { key: `${scope}:${question.messageId ?? turnId}`, hash: hashOf(question) }
  const ahead = await deps.db
    .transaction()
    .execute((tx) => begin(deps, tx, asking, turnId, request))
    .catch((error: unknown) => {
      throw isOfNothing(error) ? conversationErrors.conversation_not_found() : error
    })
  if (ahead === undefined) return { turn: await findKnown(deps.db, asking, request), isNext: false }
  const turn: TurnRecord = {
    id: turnId,
    conversationId: conversation.id,
    userId: user.id,
    agent: conversation.agent,
    state: 'queued',
    attempt: 0,
    cancelRequestedAt: null,
    finishedAt: null,
  }
  return { turn, isNext: ahead === 0 }
}

interface Request {
  key: string
  hash: string
}

/** How many are before it in the lane. Undefined if the request is a turn already; then nothing is left of this try. */
async function begin(
  deps: AskDependencies,
  tx: Tx,
  asking: Asking,
  turnId: string,
  request: Request,
): Promise<number | undefined> {
  const { id, lane, agent } = asking.conversation
  await asking.admit?.(tx)
  await asking.begin?.(tx)
  if (!(await record(deps, tx, asking, turnId, request))) {
    if (asking.begin !== undefined) await tx.deleteFrom('conversations').where('id', '=', id).execute()
    return undefined
  }
  const payload: InboxPayload = { kind: 'turn', turnId }
  const [enqueued] = await deps.lanes.enqueue(tx, [{ queue: inboxQueue, lane, payload, dedupeKey: turnId }])
  const ahead = enqueued?.ahead ?? 0
  if (ahead >= deps.busyRules(agent).limit) throw conversationErrors.conversation_busy({ retryAfter: 5 })
  return ahead
}

/** The turn, what was asked, and the conversation's news, in one statement. False if the request is a turn already. */
async function record(
  { newId }: AskDependencies,
  tx: Tx,
  { user, conversation, question }: Asking,
  turnId: string,
  request: Request,
): Promise<boolean> {
  const { rows } = await sql`
    with turn as (
      insert into turns (id, conversation_id, user_id, agent, state, request_key, request_hash)
      values (
        ${turnId}, ${conversation.id}, ${user.id}, ${conversation.agent}, 'queued', ${request.key}, ${request.hash}
      )
      on conflict (request_key) do nothing
      returning id, conversation_id
    ), asked as (
      insert into messages (id, conversation_id, turn_id, role, author, parts)
      select ${newId('msg')}, conversation_id, id, 'user', ${user.name}, ${JSON.stringify(partsOf(question))}::json
      from turn
    ), told as (
      update conversations c set
        updated_at = now(),
        title = case when c.title = '' then ${titleOf(question.text)} else c.title end
      from turn where c.id = turn.conversation_id
    )
    select id from turn`.execute(tx)
  return rows.length > 0
}

async function findKnown(db: Db, { conversation, begin }: Asking, request: Request): Promise<TurnRecord> {
  const turn = await findTurnByRequest(db, request.key)
  if (turn === undefined) throw conversationErrors.conversation_not_found()
  const isElsewhere = begin === undefined && turn.conversationId !== conversation.id
  // Turns from before hashes were kept are believed.
  const isAnother = turn.requestHash !== null && turn.requestHash !== request.hash
  if (isElsewhere || isAnother) throw conversationErrors.message_id_reused()
  return turn
}

function hashOf({ text, files }: Question): string {
  return createHash('sha256')
    .update(JSON.stringify([text, files]))
    .digest('hex')
}

/** PostgreSQL's foreign_key_violation: what the turn refers to is gone. */
function isOfNothing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '23503'
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
