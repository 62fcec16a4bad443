import { randomBytes, randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { Log } from '../lib/log.ts'
import type { Sleep } from '../lib/sleep.ts'
import type { Db } from '../storage/database.ts'
import { createBatcher } from './batcher.ts'
import { notify } from './signals-postgres.ts'
import type { Signals } from './signals.ts'
import type { OpenedStream, StreamGroup, StreamLog } from './stream-log.ts'
import { StreamReaders } from './stream-readers.ts'
import { createLoggedStreams } from './streams-logged.ts'
import type { StreamEvent, Streams } from './streams.ts'

const noticeBytes = 7_000
const readAtOnce = 100

export interface PostgresStreamsOptions {
  db: Db
  signals: Signals
  log: Log
  sleep: Sleep
}

/** Streams on PostgreSQL: table stream_events, and a notice on the topic `streams` for the other replicas. */
export function createPostgresStreams({ db, signals, log, sleep }: PostgresStreamsOptions): Streams {
  const self = randomUUID()
  const open = createBatcher((streams: string[]) => openStreams(db, streams))
  const read = createBatcher((pages: Page[]) => readPages(db, pages), readAtOnce)
  const readers = new StreamReaders({ read: (stream, after, limit) => read({ stream, after, limit }) })
  const unsubscribe = [
    signals.onReconnected(() => readers.lookAgain()),
    signals.on('streams', (notice) => {
      const [from, ...lines] = notice.split('\n')
      if (from === self) return
      for (const line of lines) {
        const space = line.indexOf(' ')
        readers.announce(line.slice(space + 1), Number(line.slice(0, space)))
      }
    }),
  ]
  const store: StreamLog = {
    open,
    append: (groups) => appendGroups(db, groups, noticesOf(self, groups)),
    read: (stream, after, limit) => read({ stream, after, limit }),
    clean: (olderThanMs) => clean(db, olderThanMs),
    async stop() {
      for (const end of unsubscribe) end()
    },
  }
  return createLoggedStreams({ log: store, readers, logger: log, sleep })
}

/** The sender, then one line `seq stream` for each stream, in as many notices as PostgreSQL's limit asks for. */
function noticesOf(self: string, groups: readonly StreamGroup[]): string[] {
  const notices: string[] = []
  let notice = self
  for (const { stream, events } of groups) {
    const line = `\n${events.at(-1)?.seq ?? 0} ${stream}`
    if (Buffer.byteLength(notice + line) > noticeBytes) {
      notices.push(notice)
      notice = self
    }
    notice += line
  }
  return [...notices, notice]
}

/**
 * Changing the fence waits for writes of the earlier producer that hold the row, and refuses those that come
 * later; only then is the last sequence number read.
 */
async function openStreams(db: Db, streams: string[]): Promise<OpenedStream[]> {
  const opened = new Map<string, { fence: string; isNew: boolean }>()
  const once = [...new Set(streams)].sort()
  // Drawn at random and not from a sequence: a commit that was lost must not leave a number that comes again.
  const fences = once.map(() => String(randomBytes(8).readBigInt64BE() & 0x7fff_ffff_ffff_ffffn))
  const { rows } = await sql<{ stream: string; fence: string; isNew: boolean }>`
    insert into streams (stream, fence)
    select * from unnest(${once}::text[], ${fences}::bigint[]) as s (stream, fence) order by stream
    on conflict (stream) do update set fence = excluded.fence, opened_at = now()
    returning stream, fence::text, xmax = 0 as "isNew", set_config('synchronous_commit', 'off', true)`.execute(
    db,
  )
  for (const row of rows) opened.set(row.stream, row)
  return Promise.all(
    streams.map(async (stream, index) => {
      const known = opened.get(stream)
      if (known === undefined || streams.indexOf(stream) !== index) return openOne(db, stream)
      const { fence, isNew } = known
      return { fence, isNew, last: isNew ? 0 : await lastSeq(db, stream) }
    }),
  )
}

async function openOne(db: Db, stream: string): Promise<OpenedStream> {
  const [opened] = await openStreams(db, [stream])
  if (opened === undefined) throw new Error(`The stream ${stream} could not be opened.`)
  return opened
}

async function lastSeq(db: Db, stream: string): Promise<number> {
  const row = await db
    .selectFrom('stream_events')
    .select((eb) => eb.fn.max('seq').as('seq'))
    .where('stream', '=', stream)
    .executeTakeFirst()
  return row?.seq ?? 0
}

/**
 * The commit does not wait for the disk: readers hear of an event some milliseconds earlier, and a busy server writes
 * many times less often. Whatever ends a turn does wait, and with it everything that was written before.
 */
async function appendGroups(
  db: Db,
  groups: readonly StreamGroup[],
  notices: readonly string[],
): Promise<boolean[]> {
  const events = groups.flatMap(({ stream, fence, events }) =>
    events.map((event) => ({ ...event, stream, fence })),
  )
  const { rows } = await sql<{ fence: string }>`
    with producer as (
      select * from unnest(
        ${groups.map((group) => group.stream)}::text[], ${groups.map((group) => group.fence)}::bigint[]
      ) as p (stream, fence)
    ), writable as materialized (
      select s.* from (select * from producer order by stream) producer cross join lateral (
        select stream, fence from streams where stream = producer.stream and fence = producer.fence for share
      ) s
    ), added as (
      insert into stream_events (stream, seq, data)
      select stream, e.seq, e.data from unnest(
        ${events.map((event) => event.stream)}::text[],
        ${events.map((event) => event.fence)}::bigint[],
        ${events.map((event) => event.seq)}::int[],
        ${events.map((event) => event.data)}::text[]
      ) as e (stream, fence, seq, data) join writable using (stream, fence)
      on conflict do nothing
    ), told as (
      select count(${notify('streams', sql`notice`)}) from unnest(${notices}::text[]) as n (notice)
    ), hurried as (
      select set_config('synchronous_commit', 'off', true)
    )
    select fence::text from writable, told, hurried`.execute(db)
  const accepted = new Set(rows.map((row) => row.fence))
  return groups.map((group) => accepted.has(group.fence))
}

interface Page {
  stream: string
  after: number
  limit: number
}

async function readPages(db: Db, pages: Page[]): Promise<StreamEvent[][]> {
  const { rows } = await sql<StreamEvent & { page: number }>`
    select page::int, e.seq, e.data
    from unnest(
      ${pages.map((page) => page.stream)}::text[],
      ${pages.map((page) => page.after)}::int[],
      ${pages.map((page) => page.limit)}::int[]
    ) with ordinality as p (stream, after, size, page)
    cross join lateral (
      select seq, data from stream_events s
      where s.stream = p.stream and s.seq > p.after order by s.seq limit p.size
    ) e
    order by page, e.seq`.execute(db)
  const events = pages.map((): StreamEvent[] => [])
  for (const { page, seq, data } of rows) events[page - 1]?.push({ seq, data })
  return events
}

async function clean(db: Db, olderThanMs: number): Promise<number> {
  const before = sql<Date>`now() - ${olderThanMs} * interval '1 millisecond'`
  const { numDeletedRows } = await db
    .deleteFrom('stream_events')
    .where('created_at', '<', before)
    .executeTakeFirst()
  await sql`
    delete from streams s
    where opened_at < ${before} and not exists (select from stream_events e where e.stream = s.stream)`.execute(
    db,
  )
  return Number(numDeletedRows)
}
