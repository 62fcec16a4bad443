import { sql } from 'kysely'
import type { Db } from '../storage/database.ts'
import { firstFilePart } from './answer-files.ts'
import { wholePart } from './failure.ts'
import { delayIn, type Why, type WhyCode } from './why.ts'

/**
 * What became of an answer on its way to a chat, as the outbox, the messages and the platform's receipts tell:
 *
 *   queued (with a reason, where the last try failed) -> sent -> delivered, where the platform tells
 *   queued | sent -> failed: part of it will not arrive
 */
export interface DeliveryRecord {
  id: string
  turnId: string
  conversationId: string
  state: 'queued' | 'sent' | 'delivered' | 'failed'
  why: Why | null
  bot: { id: string; name: string; channel: string }
  /** The messages that it is in the chat, or files. */
  parts: DeliveryPart[]
  createdAt: Date
  updatedAt: Date
}

export interface DeliveryPart {
  kind: 'text' | 'file'
  state: DeliveryRecord['state']
  why: Why | null
  deliveredAt: Date | null
  readAt: Date | null
}

interface PartRow {
  part: number
  state: 'opening' | 'open' | 'sent' | 'failed'
  error: string | null
  error_code: WhyCode | null
  platform_code: string | null
  delivered_at: string | null
  read_at: string | null
  updated_at: string
}

interface RecordRow {
  turnId: string
  conversationId: string
  createdAt: Date
  botId: string
  botName: string
  channel: string
  isRemoved: boolean
  isEnabled: boolean
  job: { state: 'pending' | 'done' | 'dead'; outcome: string | null; finished_at: string | null } | null
  /** Of the first message in the lane, for which the others wait. */
  delay: string | null
  parts: PartRow[] | null
}

/** A turn has at most one delivery, so that its id says which. */
export function deliveryIdOf(turnId: string): string {
  return turnId.replace(/^trn_/, 'dlv_')
}

/** The turn of a delivery; undefined for what is no such id. */
export function turnOfDelivery(id: string): string | undefined {
  return id.startsWith('dlv_') ? id.replace(/^dlv_/, 'trn_') : undefined
}

/** The records of turns, by turn; those that go to no chat of a bot of ours have none. */
export async function readRecords(db: Db, turnIds: readonly string[]): Promise<Map<string, DeliveryRecord>> {
  const { rows } = await sql<RecordRow>`
    select t.id as "turnId", t.conversation_id as "conversationId", t.created_at as "createdAt",
      b.id as "botId", b.name as "botName", b.channel, b.removed_at is not null as "isRemoved",
      b.enabled as "isEnabled", to_json(job) as job, delay.error as delay, parts.parts
    from turns t
    join conversations c on c.id = t.conversation_id
    join bots b on b.id = c.bot_id
    left join lateral (
      select queue, lane, state, outcome, finished_at from lane_messages
      where queue = 'outbox:' || b.id and dedupe_key = 'answer:' || t.id
    ) job on true
    left join lateral (
      select error from lane_messages m
      where job.state = 'pending' and m.queue = job.queue and m.lane = job.lane and m.state = 'pending'
      order by m.id limit 1
    ) delay on true
    left join lateral (
      select json_agg(d order by d.part) as parts from deliveries d where d.key = t.id
    ) parts on true
    where t.id = any(${turnIds}::text[]) and (job.state is not null or parts.parts is not null)`.execute(db)
  return new Map(rows.map((row) => [row.turnId, recordOf(row)]))
}

function recordOf(row: RecordRow): DeliveryRecord {
  const { turnId, conversationId, createdAt, job } = row
  const parts = (row.parts ?? []).filter(({ part }) => part !== wholePart)
  const times = [...(row.parts ?? []).map(lastChangeOf), job?.finished_at ?? null]
  const latest = Math.max(createdAt.getTime(), ...times.map((time) => (time === null ? 0 : Date.parse(time))))
  return {
    id: deliveryIdOf(turnId),
    turnId,
    conversationId,
    ...outcomeOf(row, parts),
    bot: { id: row.botId, name: row.botName, channel: row.channel },
    parts: parts.map(partOf),
    createdAt,
    updatedAt: new Date(latest),
  }
}

function outcomeOf(row: RecordRow, parts: readonly PartRow[]): Pick<DeliveryRecord, 'state' | 'why'> {
  const { job } = row
  const whole = row.parts?.find(({ part }) => part === wholePart)
  // A whole that failed counts no more once it was tried again and done.
  const isDone = job?.state === 'done' && job.outcome !== 'discarded'
  const failed = parts.find(({ state }) => state === 'failed') ?? (isDone ? undefined : whole)
  if (job?.state === 'pending')
    return row.isRemoved ? { state: 'failed', why: removed } : { state: 'queued', why: delayOf(row) }
  if (failed !== undefined) return { state: 'failed', why: failureOf(failed) }
  const isDelivered = parts.length > 0 && parts.every(({ delivered_at }) => delivered_at !== null)
  return { state: isDelivered ? 'delivered' : 'sent', why: null }
}

export const removed: Why = { code: 'bot_removed', platformCode: null, reason: 'The bot was removed.' }
export const disconnected: Why = {
  code: 'disconnected',
  platformCode: null,
  reason: 'The person has disconnected this chat.',
}
const paused: Why = { code: 'bot_paused', platformCode: null, reason: 'The bot is switched off.' }

function delayOf({ isEnabled, delay }: RecordRow): Why | null {
  if (!isEnabled) return paused
  return delay === null ? null : delayIn(delay)
}

function partOf({ part, ...row }: PartRow): DeliveryPart {
  return {
    kind: part < firstFilePart ? 'text' : 'file',
    state:
      row.state === 'failed'
        ? 'failed'
        : row.state !== 'sent'
          ? 'queued'
          : row.delivered_at === null
            ? 'sent'
            : 'delivered',
    why: row.state === 'failed' ? failureOf(row) : null,
    deliveredAt: row.delivered_at === null ? null : new Date(row.delivered_at),
    readAt: row.read_at === null ? null : new Date(row.read_at),
  }
}

function failureOf(row: Pick<PartRow, 'error' | 'error_code' | 'platform_code'>): Why {
  const { error_code: code, platform_code: platformCode, error: reason } = row
  return { code: code ?? 'message_refused', platformCode, reason: reason ?? 'It could not be sent.' }
}

function lastChangeOf({ updated_at, delivered_at, read_at }: PartRow): string {
  return [updated_at, delivered_at ?? '', read_at ?? ''].reduce((a, b) =>
    Date.parse(b) > Date.parse(a) ? b : a,
  )
}
