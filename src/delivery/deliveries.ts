import { sql } from 'kysely'
import type { SentMessage } from '../channels/channel.ts'
import { createBatcher } from '../coordination/batcher.ts'
import type { Db } from '../storage/database.ts'
import { noteFailure, type FailedPart, type TellFailure } from './failure.ts'

/** One message of an answer, as it is known to stand on the platform. */
export interface DeliveryRow {
  part: number
  state: 'opening' | 'open' | 'sent' | 'failed'
  platform_ref: SentMessage | null
}

/** Whose messages these are. */
export interface DeliveryOwner {
  key: string
  botId: string
  turnId: string | null
}

/** A message of an answer, and the moment of what is noted of it. */
interface Note {
  owner: DeliveryOwner
  part: number
  at: Date
}

/** `opening`: it is about to be sent; `sent`: it was, in one go. */
export type StateNote = Note & ({ state: 'opening' } | { state: 'sent'; ref: SentMessage })

/** Where an opened message stands. `at` is when its opening was noted; `sent` if it shows the final text already. */
export interface OpenNote extends Note {
  ref: SentMessage
  state: 'open' | 'sent'
}

/** What is known of messages on platforms. Answers that are shown at the same time share statements and commits. */
export interface Deliveries {
  /** The messages of an answer so far, by part; a first one is noted as `opening` if there was none. */
  begin(owner: DeliveryOwner, at: Date): Promise<{ rows: DeliveryRow[]; isNew: boolean }>
  /** The messages of an answer so far, by part. */
  read(key: string): Promise<DeliveryRow[]>
  note(note: StateNote): Promise<void>
  /** False if another worker has begun to open the message since: then that one's counts. */
  noteOpen(note: OpenNote): Promise<boolean>
  /** Notes that all open messages of an answer show the final text. */
  noteAllSent(key: string, at: Date): Promise<void>
  /** Notes that a message will never arrive, and tells of it. */
  fail(failed: FailedPart): Promise<void>
}

/** `tell` hears of every delivery that fails, in the transaction that records it. */
export function createDeliveries(db: Db, tell?: TellFailure): Deliveries {
  const begin = createBatcher((notes: StateNote[]) => beginDeliveries(db, notes))
  const noteAllSent = createBatcher((ends: { key: string; at: Date }[]) => noteAllOpenSent(db, ends))
  return {
    begin: (owner, at) => begin({ owner, at, part: 0, state: 'opening' }),
    read: (key) => readDeliveries(db, key),
    note: createBatcher((notes: StateNote[]) => noteStates(db, notes)),
    noteOpen: createBatcher((notes: OpenNote[]) => noteOpenMessages(db, notes)),
    noteAllSent: (key, at) => noteAllSent({ key, at }),
    fail: (failed) => noteFailure(db, failed, tell),
  }
}

async function readDeliveries(db: Db, key: string): Promise<DeliveryRow[]> {
  const rows = await db
    .selectFrom('deliveries')
    .select(['part', 'state', 'platform_ref'])
    .where('key', '=', key)
    .where('part', '>=', 0)
    .orderBy('part')
    .execute()
  return rows as DeliveryRow[]
}

async function beginDeliveries(
  db: Db,
  notes: readonly StateNote[],
): Promise<{ rows: DeliveryRow[]; isNew: boolean }[]> {
  const { rows } = await sql<DeliveryRow & { key: string; is_new: boolean }>`
    with note as (${noteRows(notes)}), begun as (
      insert into deliveries (key, part, bot_id, turn_id, state, updated_at)
      select key, part, bot_id, turn_id, state, at from note
      on conflict do nothing
      returning key, part, state, platform_ref
    )
    select begun.*, true as is_new from begun
    union all
    select d.key, d.part, d.state, d.platform_ref, false from note join deliveries d using (key)
    where d.part >= 0
    order by part`.execute(db)
  const found = Map.groupBy(rows, ({ key }) => key)
  return notes.map(({ owner }) => {
    const own = found.get(owner.key) ?? []
    return { rows: own, isNew: own[0]?.is_new === true }
  })
}

async function noteStates(db: Db, notes: readonly StateNote[]): Promise<undefined[]> {
  await sql`
    insert into deliveries as d (key, part, bot_id, turn_id, state, platform_ref, updated_at)
    select key, part, bot_id, turn_id, state, ref, at from (${noteRows(notes)}) note
    on conflict (key, part) do update set
      state = excluded.state,
      platform_ref = coalesce(excluded.platform_ref, d.platform_ref),
      updated_at = excluded.updated_at`.execute(db)
  return notes.map(() => undefined)
}

async function noteOpenMessages(db: Db, notes: readonly OpenNote[]): Promise<boolean[]> {
  const { rows } = await sql<{ key: string; part: number }>`
    update deliveries d set state = note.state, platform_ref = note.ref
    from (${noteRows(notes)}) note
    where d.key = note.key and d.part = note.part and d.updated_at = note.at
    returning d.key, d.part`.execute(db)
  const noted = Map.groupBy(rows, ({ key }) => key)
  return notes.map(({ owner, part }) => noted.get(owner.key)?.some((row) => row.part === part) === true)
}

async function noteAllOpenSent(db: Db, ends: readonly { key: string; at: Date }[]): Promise<undefined[]> {
  await sql`
    update deliveries d set state = 'sent', updated_at = ended.at
    from unnest(
      ${ends.map(({ key }) => key)}::text[], ${ends.map(({ at }) => at)}::timestamptz[]
    ) as ended (key, at)
    where d.key = ended.key and d.state = 'open'`.execute(db)
  return ends.map(() => undefined)
}

function noteRows(notes: readonly (StateNote | OpenNote)[]) {
  const refOf = (note: StateNote | OpenNote) => ('ref' in note ? JSON.stringify(note.ref) : null)
  // A turn that was deleted with its conversation has no row to refer to any more.
  return sql`
    select key, part, bot_id, (select t.id from turns t where t.id = n.turn_id) as turn_id, at, state,
      ref::jsonb as ref
    from unnest(
      ${notes.map(({ owner }) => owner.key)}::text[],
      ${notes.map(({ part }) => part)}::int[],
      ${notes.map(({ owner }) => owner.botId)}::text[],
      ${notes.map(({ owner }) => owner.turnId)}::text[],
      ${notes.map(({ at }) => at)}::timestamptz[],
      ${notes.map(({ state }) => state)}::text[],
      ${notes.map(refOf)}::text[]
    ) as n (key, part, bot_id, turn_id, at, state, ref)`
}
