import { sql } from 'kysely'
import type { Receipt } from '../channels/channel.ts'
import type { Sleep } from '../lib/sleep.ts'
import type { Db, Tx } from '../storage/database.ts'
import { recordFailure, type TellFailure } from './failure.ts'

/** A receipt can overtake the note of the message that it speaks of. */
const patienceMs = 1_000
const tries = 5

/** Records receipts with the messages that they speak of; returns those whose message is not known. */
export async function takeReceipts(
  tx: Tx,
  botId: string,
  receipts: readonly Receipt[],
  tell: TellFailure | undefined,
): Promise<Receipt[]> {
  const unknown: Receipt[] = []
  for (const receipt of receipts) if (!(await take(tx, botId, receipt, tell))) unknown.push(receipt)
  return unknown
}

/** Takes a receipt that came too early. One of a notice, which nobody follows, is forgotten in the end. */
export async function takeLater(
  { db, sleep, tell }: { db: Db; sleep: Sleep; tell: TellFailure | undefined },
  botId: string,
  receipt: Receipt,
  signal: AbortSignal,
): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    const unknown = await db.transaction().execute((tx) => takeReceipts(tx, botId, [receipt], tell))
    if (unknown.length === 0) return 'taken'
    if (attempt === tries) return 'unknown'
    await sleep(patienceMs, signal)
  }
}

async function take(
  tx: Tx,
  botId: string,
  { messageId, state, at, code, reason = 'The platform says that it did not arrive.' }: Receipt,
  tell: TellFailure | undefined,
): Promise<boolean> {
  const time = new Date(at)
  const { rows } = await sql<{ key: string; part: number; turnId: string | null; isDelivered: boolean }>`
    update deliveries set
      delivered_at = ${state === 'failed' ? sql`delivered_at` : sql`least(delivered_at, ${time}::timestamptz)`},
      read_at = ${state === 'read' ? sql`least(read_at, ${time}::timestamptz)` : sql`read_at`}
    where bot_id = ${botId} and platform_ref ? 'receipt_id' and platform_ref ->> 'receipt_id' = ${messageId}
    returning key, part, turn_id as "turnId", delivered_at is not null as "isDelivered"`.execute(tx)
  for (const { key, part, turnId, isDelivered } of rows) {
    // Receipts come in any order, and what has arrived has arrived.
    if (state !== 'failed' || isDelivered) continue
    const why = { code: 'not_delivered', platformCode: code ?? null, reason } as const
    await recordFailure(tx, { owner: { key, botId, turnId }, part, at: time, why }, tell)
  }
  return rows.length > 0
}
