import { createTurnRunner, type TurnDependencies } from './turn.ts'
import { acceptBatch, inboxQueue, type BusyRules } from './accept.ts'
import { ask, type Question } from './ask.ts'
import { conversationErrors } from './errors.ts'
import { withLinks } from './file-links.ts'
import type { InboundFileDependencies } from './inbound-files.ts'
import { createReceiver } from './receive.ts'
import type { ConnectingDependencies } from './connecting.ts'
import type { OwnerDependencies } from './owner.ts'
import { createLinks, type Links } from './links.ts'
import { findDelivery, listDeliveries } from './follow-deliveries.ts'
import { post, type Post, type Posted, type PostTarget } from './post.ts'
import { createPlatformChat, type PlatformChat } from './platform-chat.ts'
import { createQueuePositions } from './queue-position.ts'
import { showTurn, type TurnReader } from './show-turn.ts'
import { createBotWatch } from './watch-bots.ts'
import type { AcceptInbound } from '../channels/supervisor.ts'
import type { Bots } from '../channels/bots.ts'
import type { Lanes } from '../coordination/lanes.ts'
import type { Audit } from '../audit/audit.ts'
import type { Delivery, DeliveryRecord } from '../delivery/delivery.ts'
import type { Principal } from '../identity/principal.ts'
import type { Linking } from '../linking/linking.ts'
import type { Sponsorships } from '../sponsorships/sponsorships.ts'
import type { Tx } from '../storage/database.ts'
import {
  findConversation,
  insertConversation,
  listConversations,
  listMessages,
  type Conversation,
  type StoredMessage,
} from './store.ts'
import { findTurn, requestCancel, unfinishedTurn, type TurnRecord, type TurnState } from './turn-store.ts'

export type { Conversation, StoredMessage } from './store.ts'
export type { MessagePart } from './parts.ts'
export type { BusyRules } from './accept.ts'
export type { Links } from './links.ts'
export { createCredentialNotices, type CredentialNotices } from './credential-notices.ts'
export { createTurnEvents } from './read-turn.ts'
export { stopTurnsOf } from './stop-turns.ts'
export type { TurnEventRecord, TurnReader } from './show-turn.ts'
export type { Question } from './ask.ts'
export type { Post, Posted, PostTarget } from './post.ts'
export type { DeliveryRecord, Why } from '../delivery/delivery.ts'
export type { BotTurn, PlatformChat } from './platform-chat.ts'

/** Conversations between people and agents, whichever door the people came through. */
export interface Conversations {
  /** Commits what a bot received; for the supervisor. */
  accept: AcceptInbound
  /** Begins to answer on this replica. */
  start(): void
  stop(): Promise<void>
  list(caller: Principal): Promise<Conversation[]>
  /** Throws `conversation_not_found`, also for another's. So do all that take an id. */
  find(caller: Principal, id: string): Promise<Conversation>
  /**
   * Left out: the agent that the caller's token is kept to, or else `default`. Throws `agent_unknown`, `agent_disabled`
   * and `agent_not_of_token`.
   */
  create(caller: Principal, agent?: string): Promise<Conversation>
  rename(caller: Principal, id: string, title: string): Promise<Conversation>
  /** Deletes it with its turns and messages; a running turn is stopped. */
  remove(caller: Principal, id: string): Promise<void>
  messages(caller: Principal, id: string): Promise<{ messages: StoredMessage[]; turn: TurnSummary | null }>
  /**
   * Adds a turn and returns its id. Throws `conversation_busy`, `agent_disabled`, `message_id_reused` and
   * `conversation_of_guests`.
   */
  ask(caller: Principal, id: string, question: Question): Promise<string>
  /** Asks a turn to stop; no effect when it is over. Throws `turn_not_found`. */
  cancel(caller: Principal, turnId: string): Promise<void>
  /** A reader of a turn's events after a sequence number, to its end. Throws `turn_not_found`. */
  stream(caller: Principal, turnId: string, after: number): Promise<TurnReader>
  /** Tells a person something unasked; see post.ts for what it throws. */
  post(caller: Principal, target: PostTarget, message: Post): Promise<Posted>
  /** What became of an answer on its way to a chat. Throws `delivery_not_found`. */
  delivery(caller: Principal, id: string): Promise<DeliveryRecord>
  /** The same of a conversation's newest turns, the newest first. */
  deliveries(caller: Principal, id: string): Promise<DeliveryRecord[]>
  /** For people whose bot is run by others. */
  platformChat: PlatformChat
  links: Links
}

export interface TurnSummary {
  id: string
  state: TurnState
}

export interface ConversationDependencies
  extends
    TurnDependencies,
    OwnerDependencies,
    Pick<InboundFileDependencies, 'openChannel' | 'sleep'>,
    Pick<ConnectingDependencies, 'clock' | 'catalogue' | 'credentials' | 'connect' | 'useApprovals'> {
  lanes: Lanes
  linking: Linking
  delivery: Delivery
  bots: Bots
  sponsorships: Sponsorships
  audit: Audit
  product: string
  unbound: 'refuse' | 'ignore'
  /** Whether people may connect on a channel. */
  canConnect(channel: string): boolean
  hasReplyWindow(channel: string): boolean
  /** The rules of a configured agent; undefined for an unknown name. */
  busyRules(agent: string): BusyRules | undefined
  count(outcome: string): void
}

const unknownAgentRules: BusyRules = { mode: 'queue', limit: 20 }
const pageSize = 200

export function createConversations(given: ConversationDependencies): Conversations {
  const signalTurn = (tx: Tx, turnId: string) => given.signals.send(tx, 'turns', turnId)
  const busyRules = (agent: string) => given.busyRules(agent) ?? unknownAgentRules
  const deps = { ...given, signalTurn, busyRules }
  const turns = createTurnRunner(deps)
  const receiver = createReceiver({ ...deps, turns })
  const queue = createQueuePositions(deps)
  const botWatch = createBotWatch(deps)
  let work: { stop(): Promise<void> } | undefined
  const { db } = deps

  const find = async (caller: Principal, id: string): Promise<Conversation> => {
    const conversation = await findConversation(db, id)
    if (conversation?.userId !== caller.userId || isBeyond(caller, conversation))
      throw conversationErrors.conversation_not_found()
    return conversation
  }
  const findOwnTurn = async (caller: Principal, id: string): Promise<TurnRecord> => {
    const turn = await findTurn(db, id)
    if (turn === undefined || isBeyond(caller, turn)) throw conversationErrors.turn_not_found()
    const conversation = await findConversation(db, turn.conversationId)
    if (conversation?.userId !== caller.userId && turn.userId !== caller.userId)
      throw conversationErrors.turn_not_found()
    return turn
  }
  const stopTurns = (conversationId: string, only?: string) =>
    db.transaction().execute(async (tx) => {
      for (const id of await requestCancel(tx, conversationId, only)) await signalTurn(tx, id)
    })

  return {
    links: createLinks(deps),
    accept: (tx, bot, batch) => acceptBatch(deps, tx, bot, batch),
    start() {
      work = deps.lanes.work(inboxQueue, receiver)
    },
    async stop() {
      await work?.stop()
      turns.stop()
      queue.stop()
      botWatch.stop()
    },
    list: (caller) => listConversations(db, caller, pageSize),
    find,
    create: (caller, agent) => create(deps, caller, agent ?? caller.token?.agent ?? 'default'),
    async rename(caller, id, title) {
      const conversation = await find(caller, id)
      await db.updateTable('conversations').set({ title }).where('id', '=', id).execute()
      return { ...conversation, title }
    },
    async remove(caller, id) {
      await find(caller, id)
      await stopTurns(id)
      await deps.attachments.removeOf(id)
      await db.deleteFrom('conversations').where('id', '=', id).execute()
    },
    async messages(caller, id) {
      await find(caller, id)
      const [messages, turn] = await Promise.all([listMessages(db, id, pageSize), unfinishedTurn(db, id)])
      const shown = messages.map((message) => ({
        ...message,
        parts: withLinks(deps.attachments, message.parts),
      }))
      return { messages: shown, turn: turn === undefined ? null : { id: turn.id, state: turn.state } }
    },
    async ask(caller, id, question) {
      const user = { id: caller.userId, name: caller.name }
      const conversation = await find(caller, id)
      if (conversation.source?.sponsorship_id !== undefined) throw conversationErrors.conversation_of_guests()
      const { turn } = await ask(deps, { user, conversation, question, scope: `ask:${id}` })
      return turn.id
    },
    async cancel(caller, turnId) {
      const turn = await findOwnTurn(caller, turnId)
      await stopTurns(turn.conversationId, turnId)
    },
    async stream(caller, turnId, after) {
      const turn = await findOwnTurn(caller, turnId)
      return showTurn({ ...deps, queue }, turn, after)
    },
    post: (caller, target, message) => post(deps, caller, target, message),
    delivery: (caller, id) => findDelivery(deps, caller, id),
    deliveries: (caller, id) => listDeliveries(deps, caller, id),
    platformChat: createPlatformChat({ ...deps, queue, botWatch, stopTurns }),
  }
}

async function create(
  deps: Pick<ConversationDependencies, 'db' | 'newId' | 'agent' | 'isDisabled'>,
  caller: Principal,
  agent: string,
): Promise<Conversation> {
  if (isBeyond(caller, { agent })) throw conversationErrors.agent_not_of_token()
  if (deps.agent(agent) === undefined) throw conversationErrors.agent_unknown()
  if (deps.isDisabled(agent)) throw conversationErrors.agent_disabled()
  const id = deps.newId('cnv')
  const conversation = {
    id,
    workspaceId: caller.workspaceId,
    userId: caller.userId,
    agent,
    title: '',
    lane: id,
    source: null,
  }
  await insertConversation(deps.db, { ...conversation, botId: null })
  const now = new Date()
  return { ...conversation, createdAt: now, updatedAt: now }
}

/** A token that is kept to an agent sees nothing of the others. */
function isBeyond({ token }: Principal, { agent }: { agent: string }): boolean {
  return token !== undefined && token.agent !== null && token.agent !== agent
}
