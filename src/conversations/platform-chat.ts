import { identityErrors } from '../identity/identity.ts'
import { speaksFor, type BotCaller } from '../identity/bot-caller.ts'
import type { Tx } from '../storage/database.ts'
import { ask, type AskDependencies, type Asked, type Question } from './ask.ts'
import { conversationErrors } from './errors.ts'
import { errorEvents } from './read-turn.ts'
import { showTurn, type ShowDependencies, type TurnReader } from './show-turn.ts'
import { endedOf } from './standing.ts'
import { findSpokenFor, findTurnOfBot, type PersonName, type SpokenFor } from './spoken-for.ts'
import { insertConversation } from './store.ts'
import { texts, titleOf } from './texts.ts'
import type { TurnRecord } from './turn-store.ts'
import type { BotWatch } from './watch-bots.ts'

/**
 * Conversations through bots that others run. A session is a conversation of the person for whom the bot speaks,
 * theirs in the console like any other; of the bots only the one that began it may go on with it, also with a new
 * secret. All throw `bot_not_of_platform` and `person_not_linked`, and `session_not_found` also for another's.
 */
export interface PlatformChat {
  /** The session that is named, or a new one, which is called after the message where there is one. */
  open(bot: BotCaller, name: PersonName, wanted: { sessionId?: string; message?: string }): Promise<string>
  /**
   * Asks in a session, in a new one where none is named. The same `messageId` for the same person is the same turn in
   * the same session, also when the tries come at once. Throws `conversation_busy` and `message_id_reused`.
   */
  ask(bot: BotCaller, name: PersonName, question: Question & { sessionId?: string }): Promise<BotTurn>
  /** A turn of one of the bot's sessions, running or long ended. Throws `turn_not_found`. */
  find(bot: BotCaller, turnId: string): Promise<BotTurn>
}

/** A turn as the bot sees it that asked. */
export interface BotTurn {
  id: string
  sessionId: string
  /**
   * Its events after a sequence number. When the bot may no longer speak for the person, they end with an error
   * `bot_access_ended`; the turn goes on, for the answer is the person's, unless they ended it themselves (stop-turns.ts).
   */
  read(after: number): TurnReader
  /** Asks it to stop; no effect when it is over. */
  cancel(): Promise<void>
}

export interface PlatformChatDependencies extends AskDependencies, ShowDependencies {
  botWatch: BotWatch
  stopTurns(conversationId: string, only: string): Promise<void>
}

export function createPlatformChat(deps: PlatformChatDependencies): PlatformChat {
  const { db } = deps
  const turnOf = ({ keyId }: BotCaller, { turn, isNext }: Asked): BotTurn => ({
    id: turn.id,
    sessionId: turn.conversationId,
    read: (after) => whileSpeaking(deps, keyId, turn, showTurn(deps, turn, after, isNext)),
    cancel: () => deps.stopTurns(turn.conversationId, turn.id),
  })

  return {
    async open(bot, name, { sessionId, message = '' }) {
      const person = await find(deps, bot, name, sessionId)
      if (person.session !== null) return person.session.id
      const session = newSession(deps, bot, person)
      await insertConversation(db, { ...session, title: titleOf(message) })
      return session.id
    },

    async ask(bot, name, { sessionId, ...question }) {
      const person = await find(deps, bot, name, sessionId)
      const { user, connectionId } = person
      const scope = `bot:${bot.keyId}:${user.id}`
      const admit = async (tx: Tx) => {
        if ((await endedOf(tx, [connectionId])).size > 0) throw conversationErrors.person_not_linked()
      }
      return turnOf(bot, await ask(deps, { user, question, scope, admit, ...placeOf(deps, bot, person) }))
    },

    async find(bot, turnId) {
      const turn = await findTurnOfBot(db, bot.keyId, turnId)
      if (turn === undefined) throw conversationErrors.turn_not_found()
      return turnOf(bot, { turn, isNext: false })
    },
  }
}

async function find(
  { db }: PlatformChatDependencies,
  bot: BotCaller,
  name: PersonName,
  sessionId: string | undefined,
): Promise<SpokenFor> {
  if ('identity' in name && !speaksFor(bot, name.identity.channel)) throw identityErrors.bot_not_of_platform()
  const person = await findSpokenFor(db, bot, name, sessionId)
  if (person === undefined) throw conversationErrors.person_not_linked()
  if (sessionId !== undefined && person.session === null) throw conversationErrors.session_not_found()
  return person
}

function placeOf(deps: PlatformChatDependencies, bot: BotCaller, person: SpokenFor) {
  if (person.session !== null) return { conversation: person.session }
  const session = newSession(deps, bot, person)
  return { conversation: session, begin: (tx: Tx) => insertConversation(tx, session) }
}

function newSession({ newId }: PlatformChatDependencies, bot: BotCaller, { user, source }: SpokenFor) {
  const id = newId('cnv')
  const { workspaceId, agent, keyId: botKeyId } = bot
  return { id, workspaceId, userId: user.id, agent, title: '', lane: id, source, botId: null, botKeyId }
}

/** A turn's events as long as the bot may speak for the person, and why there are no more. */
function whileSpeaking(
  { botWatch }: Pick<PlatformChatDependencies, 'botWatch'>,
  ...[keyId, turn, read]: [string, TurnRecord, TurnReader]
): TurnReader {
  return async function* (signal) {
    const lost = new AbortController()
    const unwatch = botWatch.watch({ keyId, userId: turn.userId }, () => lost.abort())
    try {
      yield* read(AbortSignal.any([signal, lost.signal]))
    } finally {
      unwatch()
    }
    if (!lost.signal.aborted || signal.aborted) return
    const error = {
      type: 'error',
      text: texts.accessEnded,
      code: 'bot_access_ended',
      reference: turn.id,
    } as const
    for (const event of [...errorEvents(error), { type: 'finish', finishReason: 'error' } as const])
      yield { data: JSON.stringify(event) }
  }
}
