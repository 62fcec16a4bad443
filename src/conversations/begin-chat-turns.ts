import { sql } from 'kysely'
import { referencedId, type Attachments } from '../attachments/attachments.ts'
import type { BotIdentity } from '../channels/bots.ts'
import type { InboundMessage } from '../channels/channel.ts'
import type { Delivery } from '../delivery/delivery.ts'
import type { NewId } from '../lib/ids.ts'
import type { Db, Tx } from '../storage/database.ts'
import { laneOf } from './accept.ts'
import { conversationFor } from './chat-conversation.ts'
import { replyAddress } from './notice.ts'
import type { Owner } from './owner.ts'
import type { MessagePart } from './parts.ts'
import { conversationsOfChats, type Conversation } from './store.ts'
import { titleOf } from './texts.ts'
import { findTurnsByRequest, type BegunTurn } from './turn-store.ts'

/** A turn that messages of a chat ask for. */
export interface ChatTurn {
  bot: BotIdentity
  owner: Owner
  batch: readonly [InboundMessage, ...InboundMessage[]]
  /** What comes after the text of each message of the batch. */
  files?: readonly (readonly MessagePart[])[] | undefined
  requestKey: string
  /** Of the lane, which runs the turn at once. */
  fence: number
}

/** `known` is a turn that an earlier try recorded. */
export type ChatTurnBegun = { kind: 'begun'; turn: BegunTurn } | { kind: 'known'; id: string }

export interface BeginDependencies {
  db: Db
  newId: NewId
  delivery: Pick<Delivery, 'answer'>
  attachments: Attachments
}

interface Beginning extends ChatTurn {
  id: string
  conversation: Conversation
}

/**
 * Records turns of different chats as running, with what was asked and the answers to deliver, in one transaction;
 * a second try finds them there.
 */
export async function beginChatTurns(
  deps: BeginDependencies,
  requests: readonly ChatTurn[],
): Promise<ChatTurnBegun[]> {
  return deps.db.transaction().execute(async (tx) => {
    const known = await findTurnsByRequest(
      tx,
      requests.map(({ requestKey }) => requestKey),
    )
    const unknown = requests.filter(({ requestKey }) => !known.has(requestKey))
    const beginnings = await findConversations(deps, tx, unknown)
    if (beginnings.length > 0) await record(deps, tx, beginnings)
    const begun = new Map(beginnings.map((beginning) => [beginning.requestKey, turnOf(beginning)]))
    return requests.map(({ requestKey }): ChatTurnBegun => {
      const turn = begun.get(requestKey)
      return turn === undefined ? { kind: 'known', id: known.get(requestKey) ?? '' } : { kind: 'begun', turn }
    })
  })
}

async function findConversations(
  deps: BeginDependencies,
  tx: Tx,
  requests: readonly ChatTurn[],
): Promise<Beginning[]> {
  const chats = await conversationsOfChats(
    tx,
    requests.map(({ bot, batch: [first] }) => laneOf(bot.id, first.chat)),
  )
  const beginnings: Beginning[] = []
  for (const request of requests) {
    const { bot, owner, batch } = request
    const current = chats.get(laneOf(bot.id, batch[0].chat))
    const conversation = await conversationFor(deps, tx, { bot, owner, inbound: batch[0] }, current)
    beginnings.push({ ...request, id: deps.newId('trn'), conversation })
  }
  return beginnings
}

/** Turns, messages and the conversations' news in one statement, then the answers to deliver. */
async function record(deps: BeginDependencies, tx: Tx, beginnings: readonly Beginning[]): Promise<void> {
  const asked = beginnings.flatMap(({ id, conversation, batch, files }) =>
    batch.map(({ sender, text }, index) => {
      const parts = partsOf(text, files?.[index])
      return {
        id: deps.newId('msg'),
        turnId: id,
        conversationId: conversation.id,
        author: sender.name,
        parts,
      }
    }),
  )
  await sql`
    with begun as (
      select * from unnest(
        ${beginnings.map(({ id }) => id)}::text[],
        ${beginnings.map(({ conversation }) => conversation.id)}::text[],
        ${beginnings.map(({ owner }) => owner.user.id)}::text[],
        ${beginnings.map(({ conversation }) => conversation.agent)}::text[],
        ${beginnings.map(({ requestKey }) => requestKey)}::text[],
        ${beginnings.map(({ fence }) => fence)}::bigint[],
        ${beginnings.map(({ ...asked }) => titleOf(subjectOf(asked)))}::text[]
      ) as b (id, conversation_id, user_id, agent, request_key, fence, title)
    ), recorded as (
      insert into turns (id, conversation_id, user_id, agent, state, attempt, request_key, fence, started_at)
      select id, conversation_id, user_id, agent, 'running', 1, request_key, fence, now() from begun
    ), asked as (
      insert into messages (id, turn_id, conversation_id, role, author, parts)
      select id, turn_id, conversation_id, 'user', author, parts::json from unnest(
        ${asked.map(({ id }) => id)}::text[],
        ${asked.map(({ turnId }) => turnId)}::text[],
        ${asked.map(({ conversationId }) => conversationId)}::text[],
        ${asked.map(({ author }) => author)}::text[],
        ${asked.map(({ parts }) => JSON.stringify(parts))}::text[]
      ) as a (id, turn_id, conversation_id, author, parts)
    )
    update conversations c set
      updated_at = now(),
      title = case when c.title = '' then begun.title else c.title end
    from begun where c.id = begun.conversation_id`.execute(tx)
  await assignFiles(deps, tx, beginnings)
  await deps.delivery.answer(
    tx,
    beginnings.map(({ id, bot, batch: [first] }) => ({
      botId: bot.id,
      to: replyAddress(first),
      turnId: id,
      question: first.messageId,
    })),
  )
}

function partsOf(text: string, files: readonly MessagePart[] = []): MessagePart[] {
  return text === '' && files.length > 0 ? [...files] : [{ type: 'text', text }, ...files]
}

/** What a conversation is named after: the first words, or else the first file. */
function subjectOf({ batch: [first] }: Pick<ChatTurn, 'batch'>): string {
  return first.text === '' ? (first.files[0]?.name ?? '') : first.text
}

async function assignFiles(
  { attachments }: BeginDependencies,
  tx: Tx,
  beginnings: readonly Beginning[],
): Promise<void> {
  for (const { files = [], conversation } of beginnings) {
    const urls = files.flat().flatMap((part) => (part.type === 'file' ? [part.url] : []))
    const ids = urls.map(referencedId).filter((id) => id !== undefined)
    if (ids.length > 0) await attachments.assign(tx, ids, conversation.id)
  }
}

function turnOf({ id, conversation, owner, ...asked }: Beginning): BegunTurn {
  return {
    id,
    conversationId: conversation.id,
    userId: owner.user.id,
    userName: owner.user.name,
    workspaceId: conversation.workspaceId,
    guest: null,
    agent: conversation.agent,
    state: 'running',
    attempt: 1,
    cancelRequestedAt: null,
    finishedAt: null,
    title: conversation.title === '' ? titleOf(subjectOf(asked)) : conversation.title,
    source: conversation.source,
  }
}
