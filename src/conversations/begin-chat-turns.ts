import { sql } from 'kysely'
import { referencedId, type Attachments } from '../attachments/attachments.ts'
import type { BotIdentity } from '../channels/bots.ts'
import type { InboundMessage } from '../channels/channel.ts'
import type { Delivery } from '../delivery/delivery.ts'
import type { NewId } from '../lib/ids.ts'
import type { Db, Tx } from '../storage/database.ts'
import type { GuestAdmission, Sponsorships } from '../sponsorships/sponsorships.ts'
import { chatKeyOf, conversationFor } from './chat-conversation.ts'
import { replyAddress } from './notice.ts'
import type { Asker } from './owner.ts'
import type { MessagePart } from './parts.ts'
import { conversationsOfChats, type Conversation } from './store.ts'
import { endedOf } from './standing.ts'
import { titleOf } from './texts.ts'
import { findTurnsByRequest, type BegunTurn } from './turn-store.ts'

/** A turn that messages of a chat ask for. */
export interface ChatTurn {
  bot: BotIdentity
  owner: Asker
  batch: readonly [InboundMessage, ...InboundMessage[]]
  /** What comes after the text of each message of the batch. */
  files?: readonly (readonly MessagePart[])[] | undefined
  requestKey: string
  /** Of the lane, which runs the turn at once. */
  fence: number
}

/** `known` is a turn that an earlier try recorded; `refused`: the connection, or a guest's limits or sponsorship, were over. */
export type ChatTurnBegun =
  | { kind: 'begun'; turn: BegunTurn }
  | { kind: 'known'; id: string }
  | { kind: 'refused'; reason: Exclude<GuestAdmission, 'admitted'> }

export interface BeginDependencies {
  db: Db
  newId: NewId
  delivery: Pick<Delivery, 'answer'>
  attachments: Attachments
  sponsorships: Pick<Sponsorships, 'admitGuests'>
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
    const refused = new Map([...(await refuseEnded(tx, unknown)), ...(await refuseGuests(deps, tx, unknown))])
    const admitted = unknown.filter(({ requestKey }) => !refused.has(requestKey))
    const beginnings = await findConversations(deps, tx, admitted)
    if (beginnings.length > 0) await record(deps, tx, beginnings)
    const begun = new Map(beginnings.map((beginning) => [beginning.requestKey, turnOf(beginning)]))
    return requests.map(({ requestKey }): ChatTurnBegun => {
      const turn = begun.get(requestKey)
      if (turn !== undefined) return { kind: 'begun', turn }
      const reason = refused.get(requestKey)
      return reason === undefined
        ? { kind: 'known', id: known.get(requestKey) ?? '' }
        : { kind: 'refused', reason }
    })
  })
}

/** Between asking who it is and beginning to answer they may have been disconnected. */
async function refuseEnded(tx: Tx, requests: readonly ChatTurn[]): Promise<Map<string, 'ended'>> {
  const asking = requests.flatMap(({ requestKey, owner: { connectionId } }) =>
    connectionId === null ? [] : [{ requestKey, connectionId }],
  )
  const ended = await endedOf(
    tx,
    asking.map(({ connectionId }) => connectionId),
  )
  const gone = asking.filter(({ connectionId }) => ended.has(connectionId))
  return new Map(gone.map(({ requestKey }) => [requestKey, 'ended']))
}

/** Guests spend a turn in the transaction that records it, so that none is spent twice, or for nothing. */
async function refuseGuests(
  { sponsorships }: BeginDependencies,
  tx: Tx,
  requests: readonly ChatTurn[],
): Promise<Map<string, Exclude<GuestAdmission, 'admitted'>>> {
  const asking = requests.flatMap(({ requestKey, owner }) =>
    owner.guest === undefined
      ? []
      : [{ requestKey, sponsorshipId: owner.sponsorshipId, guestId: owner.guest.id }],
  )
  if (asking.length === 0) return new Map()
  const admissions = await sponsorships.admitGuests(tx, asking)
  return new Map(
    asking.flatMap(({ requestKey }, index) => {
      const admission = admissions[index] ?? 'ended'
      return admission === 'admitted' ? [] : [[requestKey, admission]]
    }),
  )
}

async function findConversations(
  deps: BeginDependencies,
  tx: Tx,
  requests: readonly ChatTurn[],
): Promise<Beginning[]> {
  const chats = await conversationsOfChats(
    tx,
    requests.map(({ bot, owner, batch: [inbound] }) => chatKeyOf({ bot, owner, inbound })),
  )
  const beginnings: Beginning[] = []
  for (const request of requests) {
    const { bot, owner, batch } = request
    const start = { bot, owner, inbound: batch[0] }
    const conversation = await conversationFor(deps, tx, start, chats.get(chatKeyOf(start)))
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
        ${beginnings.map(({ ...asked }) => titleOf(subjectOf(asked)))}::text[],
        ${beginnings.map(({ owner: { guest } }) => (guest === undefined ? null : JSON.stringify(guest)))}::jsonb[],
        ${beginnings.map(({ owner }) => (owner.guest === undefined ? null : owner.sponsorshipId))}::text[]
      ) as b (id, conversation_id, user_id, agent, request_key, fence, title, guest, sponsorship_id)
    ), recorded as (
      insert into turns (id, conversation_id, user_id, agent, state, attempt, request_key, fence, started_at,
        guest, sponsorship_id)
      select id, conversation_id, user_id, agent, 'running', 1, request_key, fence, now(),
        guest, sponsorship_id from begun
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
    from begun where c.id = begun.conversation_id
    returning set_config('synchronous_commit', 'off', true)`.execute(tx)
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
    guest: owner.guest ?? null,
    agent: conversation.agent,
    state: 'running',
    attempt: 1,
    cancelRequestedAt: null,
    finishedAt: null,
    title: conversation.title === '' ? titleOf(subjectOf(asked)) : conversation.title,
    source: conversation.source,
  }
}
