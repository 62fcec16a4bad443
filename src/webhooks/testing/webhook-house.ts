import { randomBytes } from 'node:crypto'
import { createAudit } from '../../audit/audit.ts'
import { createLanes } from '../../coordination/lanes-postgres.ts'
import { createSignals } from '../../coordination/signals-postgres.ts'
import { createGuardedFetch } from '../../lib/guarded-fetch.ts'
import { createIds } from '../../lib/ids.ts'
import { createLog } from '../../lib/log.ts'
import { sleep } from '../../lib/sleep.ts'
import { createTestDatabase } from '../../testing/database.ts'
import { createKeyring, createVault } from '../../vault/vault.ts'
import { queueOf } from '../announce.ts'
import { createWebhooks, type Announcement, type Webhooks } from '../webhooks.ts'
import { startReceiver } from './receiver.ts'

export const caller = { userId: 'usr_ada', workspaceId: 'wsp_1' }

/** Webhooks on a database of their own, with an application that is told, and a clock that is moved by hand. */
export async function openWebhookHouse() {
  const database = await createTestDatabase(10)
  const { db } = database
  const receiver = await startReceiver()
  const vault = createVault({ keyring: createKeyring(randomBytes(32)) })
  const log = createLog('silent')
  let now = Date.UTC(2026, 0, 1)
  const clock = { now: () => now }
  const ids = createIds(clock.now)
  const audit = createAudit({ ids, clock })
  const bell = await createSignals({ database, log, sleep })
  const stops: (() => Promise<void>)[] = [() => bell.stop()]

  /** A replica of its own, begun unless told otherwise. */
  const replica = async ({ allowHosts = ['127.0.0.1'], isDelivering = true, leaseMs = 6_000 } = {}) => {
    const signals = await createSignals({ database, log, sleep })
    const lanes = createLanes({ db, signals, log, sleep, replica: ids('rep'), leaseMs, graceMs: 50 })
    const fetch = createGuardedFetch({ allowHosts })
    const sealed = { vault, random: randomBytes, jitter: () => 0 }
    const webhooks = createWebhooks({
      ...{ db, ids, clock, audit, lanes, signals, fetch, log, version: '0.0.0' },
      ...sealed,
    })
    await webhooks.load()
    if (isDelivering) webhooks.start()
    let stopping: Promise<void> | undefined
    const stop = () =>
      (stopping ??= (async () => {
        await webhooks.stop()
        await lanes.stop()
        await signals.stop()
      })())
    stops.push(stop)
    return { webhooks, lanes, stop }
  }

  for (const id of ['wsp_1', 'wsp_2']) await db.insertInto('workspaces').values({ id, name: id }).execute()
  await db
    .insertInto('users')
    .values({ id: 'usr_ada', name: 'Ada', email: 'ada@example.org', role: 'admin', email_verified: true })
    .execute()
  return {
    db,
    vault,
    receiver,
    replica,
    pass: (ms: number) => void (now += ms),
    now: clock.now,
    /** Announces in a transaction of its own. */
    announce: (webhooks: Webhooks, ...events: Announcement[]) =>
      db.transaction().execute((tx) => webhooks.announce(tx, events)),
    /** Makes the next try of everything that waits for an endpoint due now, and has the replicas look. */
    async hurry(endpointId: string) {
      await db
        .updateTable('lanes')
        .set({ run_at: new Date() })
        .where('queue', '=', queueOf(endpointId))
        .where('owner', 'is', null)
        .execute()
      await bell.send(db, 'lanes', queueOf(endpointId))
    },
    /** Milliseconds until the next try of the only thing that waits for an endpoint. */
    async dueInMs(endpointId: string) {
      const lane = await db
        .selectFrom('lanes')
        .select(['run_at', 'owner'])
        .where('queue', '=', queueOf(endpointId))
        .where('pending', '>', 0)
        .executeTakeFirst()
      return lane === undefined || lane.owner !== null ? undefined : lane.run_at.getTime() - Date.now()
    },
    async close() {
      await Promise.all(stops.map((stop) => stop()))
      await receiver.close()
      await database.drop()
    },
  }
}

export type WebhookHouse = Awaited<ReturnType<typeof openWebhookHouse>>

export function connected(workspaceId = 'wsp_1'): Announcement {
  const ids = { connection_id: 'con_1', user_id: 'usr_ada', channel: 'telegram' }
  return { type: 'connection.created', workspaceId, data: { ...ids, tenant_id: '', external_id: '4711' } }
}

export function finished(): Announcement {
  const ids = { turn_id: 'trn_1', conversation_id: 'cnv_1', user_id: 'usr_ada', guest_id: null }
  const data = { ...ids, agent: 'default', state: 'succeeded', error_code: null, duration_ms: 12 } as const
  return { type: 'turn.finished', workspaceId: 'wsp_1', data }
}
