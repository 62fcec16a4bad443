import { turnOfDelivery, type Delivery, type DeliveryRecord } from '../delivery/delivery.ts'
import type { Principal } from '../identity/principal.ts'
import type { Db } from '../storage/database.ts'
import { conversationErrors } from './errors.ts'
import { findPostable, mayPost } from './post-permission.ts'
import { findConversation } from './store.ts'

interface FollowDependencies {
  db: Db
  delivery: Pick<Delivery, 'records'>
}

const pageSize = 100

/** What became of one answer or post. Throws `delivery_not_found`, also for another's. */
export async function findDelivery(
  { db, delivery }: FollowDependencies,
  caller: Principal,
  id: string,
): Promise<DeliveryRecord> {
  const turnId = turnOfDelivery(id)
  const record = turnId === undefined ? undefined : (await delivery.records(db, [turnId])).get(turnId)
  if (record === undefined) throw conversationErrors.delivery_not_found()
  const conversation = await findConversation(db, record.conversationId)
  if (conversation === undefined || !mayPost(caller, conversation))
    throw conversationErrors.delivery_not_found()
  return record
}

/** Those of a conversation's newest turns, the newest first. Throws `conversation_not_found`. */
export async function listDeliveries(
  { db, delivery }: FollowDependencies,
  caller: Principal,
  conversationId: string,
): Promise<DeliveryRecord[]> {
  await findPostable(db, caller, conversationId)
  const turns = await db
    .selectFrom('turns')
    .select('id')
    .where('conversation_id', '=', conversationId)
    .orderBy('id', 'desc')
    .limit(pageSize)
    .execute()
  const ids = turns.map(({ id }) => id)
  const records = await delivery.records(db, ids)
  return ids.flatMap((id) => records.get(id) ?? [])
}
