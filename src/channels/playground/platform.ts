import { sql } from 'kysely'
import type { Signals } from '../../coordination/signals.ts'
import type { Db } from '../../storage/database.ts'

/**
 * The playground's platform: a chat app of our own with one chat per user, where a newcomer meets a bot before
 * any real platform is set up. It is a platform like any other: the channel only sees what a platform shows.
 */
export interface PlaygroundPlatform {
  /** A person writes to the bot. */
  write(botId: string, personId: string, text: string): Promise<void>
  /** The newest messages of a person's chat, oldest first. */
  messages(botId: string, personId: string): Promise<PlaygroundMessage[]>
  /** What changes in a person's chat from now on, until the signal aborts. */
  watch(botId: string, personId: string, signal: AbortSignal): AsyncIterable<PlaygroundChange>
  /** What people wrote to a bot after a message id; waits until there is something or the time is up. */
  updates(botId: string, after: number, waitMs: number, signal: AbortSignal): Promise<PlaygroundUpdate[]>
  /** The bot sends; the same key again is the same message. Returns its id. */
  send(botId: string, personId: string, text: string, idempotencyKey: string): Promise<number>
  /** The bot changes one of its messages; false if there is none. */
  edit(botId: string, messageId: number, text: string): Promise<boolean>
  typing(botId: string, personId: string): Promise<void>
}

export interface PlaygroundMessage {
  id: string
  from: 'person' | 'bot'
  text: string
  sentAt: Date
  editedAt: Date | null
}

export interface PlaygroundUpdate {
  id: number
  personId: string
  personName: string
  text: string
  sentAt: Date
}

export type PlaygroundChange = { type: 'message'; message: PlaygroundMessage } | { type: 'typing' }

/** A signal says in which chat something happened; `id` is the message that is new or changed. */
interface Notice {
  botId: string
  personId: string
  id?: number
  from?: 'person' | 'bot'
}

const pageSize = 200

export function createPlaygroundPlatform(deps: { db: Db; signals: Signals }): PlaygroundPlatform {
  const { db, signals } = deps
  const announce = (notice: Notice) => signals.send(db, 'playground', JSON.stringify(notice))
  return {
    async write(botId, personId, text) {
      const row = await db
        .insertInto('playground_messages')
        .values({
          bot_id: botId,
          person_id: personId,
          sender: 'person',
          text,
          idempotency_key: crypto.randomUUID(),
        })
        .returning('id')
        .executeTakeFirstOrThrow()
      await announce({ botId, personId, id: row.id, from: 'person' })
    },
    async messages(botId, personId) {
      const rows = await messageQuery(db)
        .where('bot_id', '=', botId)
        .where('person_id', '=', personId)
        .orderBy('id', 'desc')
        .limit(pageSize)
        .execute()
      return rows.reverse().map(shown)
    },
    watch: (botId, personId, signal) => watchChat(deps, botId, personId, signal),
    async updates(botId, after, waitMs, signal) {
      const woken = new Promise<void>((resolve) => {
        const done = () => {
          unsubscribe()
          clearTimeout(timer)
          resolve()
        }
        const timer = setTimeout(done, waitMs)
        const unsubscribe = signals.on('playground', (payload) => {
          const notice = JSON.parse(payload) as Notice
          if (notice.botId === botId && notice.from === 'person') done()
        })
        signal.addEventListener('abort', done, { once: true })
      })
      const waiting = await readUpdates(db, botId, after)
      if (waiting.length > 0 || signal.aborted) return waiting
      await woken
      return readUpdates(db, botId, after)
    },
    async send(botId, personId, text, idempotencyKey) {
      const row = await db
        .insertInto('playground_messages')
        .values({ bot_id: botId, person_id: personId, sender: 'bot', text, idempotency_key: idempotencyKey })
        // Touching the row makes RETURNING give the id of the message that is there already.
        .onConflict((conflict) =>
          conflict.columns(['bot_id', 'idempotency_key']).doUpdateSet({ sender: sql`excluded.sender` }),
        )
        .returning('id')
        .executeTakeFirstOrThrow()
      await announce({ botId, personId, id: row.id, from: 'bot' })
      return row.id
    },
    async edit(botId, messageId, text) {
      const row = await db
        .updateTable('playground_messages')
        .set({ text, edited_at: sql`now()` })
        .where('bot_id', '=', botId)
        .where('id', '=', messageId)
        .where('sender', '=', 'bot')
        .returning('person_id as personId')
        .executeTakeFirst()
      if (row === undefined) return false
      await announce({ botId, personId: row.personId, id: messageId, from: 'bot' })
      return true
    },
    typing: (botId, personId) => announce({ botId, personId }),
  }
}

function messageQuery(db: Db) {
  return db.selectFrom('playground_messages').select(['id', 'sender', 'text', 'sent_at', 'edited_at'])
}

function shown(row: {
  id: number
  sender: 'person' | 'bot'
  text: string
  sent_at: Date
  edited_at: Date | null
}): PlaygroundMessage {
  return {
    id: String(row.id),
    from: row.sender,
    text: row.text,
    sentAt: row.sent_at,
    editedAt: row.edited_at,
  }
}

async function readUpdates(db: Db, botId: string, after: number): Promise<PlaygroundUpdate[]> {
  return db
    .selectFrom('playground_messages as message')
    .innerJoin('users', 'users.id', 'message.person_id')
    .select([
      'message.id',
      'message.person_id as personId',
      'users.name as personName',
      'message.text',
      'message.sent_at as sentAt',
    ])
    .where('message.bot_id', '=', botId)
    .where('message.sender', '=', 'person')
    .where('message.id', '>', after)
    .orderBy('message.id')
    .limit(pageSize)
    .execute()
}

async function* watchChat(
  { db, signals }: { db: Db; signals: Signals },
  botId: string,
  personId: string,
  signal: AbortSignal,
): AsyncIterable<PlaygroundChange> {
  const queue: Notice[] = []
  let wake = Promise.withResolvers<undefined>()
  const unsubscribe = signals.on('playground', (payload) => {
    const notice = JSON.parse(payload) as Notice
    if (notice.botId !== botId || notice.personId !== personId) return
    // Edits of one message that nobody has read yet are one.
    if (!queue.some((queued) => queued.id === notice.id)) queue.push(notice)
    wake.resolve(undefined)
  })
  const stop = () => wake.resolve(undefined)
  signal.addEventListener('abort', stop, { once: true })
  try {
    while (!signal.aborted) {
      const notice = queue.shift()
      if (notice === undefined) {
        await wake.promise
        wake = Promise.withResolvers<undefined>()
      } else if (notice.id === undefined) {
        yield { type: 'typing' }
      } else {
        const row = await messageQuery(db).where('id', '=', notice.id).executeTakeFirst()
        if (row !== undefined) yield { type: 'message', message: shown(row) }
      }
    }
  } finally {
    unsubscribe()
    signal.removeEventListener('abort', stop)
  }
}
