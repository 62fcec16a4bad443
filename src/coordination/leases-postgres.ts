import { sql } from 'kysely'
import type { Log } from '../lib/log.ts'
import type { Sleep } from '../lib/sleep.ts'
import type { Db } from '../storage/database.ts'
import type { Lease, Leases } from './leases.ts'
import { keepRenewing, type Held } from './renewal.ts'
import { notify } from './signals-postgres.ts'

export interface LeasesOptions {
  db: Db
  log: Log
  sleep: Sleep
  /** Name of this replica, for people who look at the table. */
  replica: string
  /** How long a lease outlives its owner's death. */
  ttlMs?: number
}

interface HeldLease extends Held {
  name: string
  fence: number
}

/** Leases on PostgreSQL. A released lease is told on the topic `leases`, with its name. */
export function createLeases({ db, log, sleep, replica, ttlMs = 6_000 }: LeasesOptions): Leases {
  const held = new Map<string, HeldLease>()
  const stopping = new AbortController()
  const isStopped = () => stopping.signal.aborted
  let renewing: Promise<void> | undefined

  const lose = (lease: HeldLease) => {
    if (held.get(lease.name) === lease) held.delete(lease.name)
    lease.lost.abort(new Error(`The lease ${lease.name} is lost.`))
  }
  const renew = async (due: HeldLease[]) => {
    const fences = await renewRows(db, due, ttlMs)
    return {
      renewed: due.filter((lease) => fences.has(lease.fence)),
      gone: due.filter((lease) => !fences.has(lease.fence) && held.get(lease.name) === lease),
    }
  }

  return {
    async acquire(name): Promise<Lease | undefined> {
      if (isStopped()) return undefined
      const extendedAt = performance.now()
      const fence = await takeRow(db, name, replica, ttlMs)
      if (fence === undefined) return undefined
      const lease: HeldLease = { name, fence, extendedAt, lost: new AbortController() }
      held.set(name, lease)
      const release = async () => {
        if (held.get(name) !== lease) return
        held.delete(name)
        await freeRows(db, [lease])
      }
      if (isStopped()) {
        await release()
        return undefined
      }
      renewing ??= keepRenewing(
        { held: () => [...held.values()], renew, lose, leaseMs: ttlMs, sleep, log },
        stopping.signal,
      )
      return { name, fence, lost: lease.lost.signal, release }
    },

    async stop() {
      stopping.abort()
      await renewing
      const leases = [...held.values()]
      held.clear()
      await freeRows(db, leases)
    },
  }
}

async function takeRow(db: Db, name: string, owner: string, ttlMs: number): Promise<number | undefined> {
  const { rows } = await sql<{ fence: number }>`
    insert into leases as l (name, owner, fence, expires_at)
    values (${name}, ${owner}, nextval('fences'), ${expiry(ttlMs)})
    on conflict (name) do update
      set owner = excluded.owner, fence = excluded.fence, expires_at = excluded.expires_at
      where l.expires_at <= now()
    returning fence`.execute(db)
  return rows[0]?.fence
}

/** The fences of those that are still ours. */
async function renewRows(db: Db, leases: readonly HeldLease[], ttlMs: number): Promise<Set<number>> {
  const { rows } = await sql<{ fence: number }>`
    update leases l set expires_at = ${expiry(ttlMs)} from (${rowsOf(leases)}) ours
    where l.name = ours.name and l.fence = ours.fence
    returning l.fence`.execute(db)
  return new Set(rows.map((row) => row.fence))
}

async function freeRows(db: Db, leases: readonly HeldLease[]): Promise<void> {
  if (leases.length === 0) return
  await sql`
    with freed as (
      update leases l set expires_at = '-infinity' from (${rowsOf(leases)}) ours
      where l.name = ours.name and l.fence = ours.fence
      returning l.name
    )
    select ${notify('leases', sql`name`)} from freed`.execute(db)
}

function rowsOf(leases: readonly HeldLease[]) {
  return sql`
    select * from unnest(
      ${leases.map((lease) => lease.name)}::text[], ${leases.map((lease) => lease.fence)}::bigint[]
    ) as o (name, fence)`
}

function expiry(ttlMs: number) {
  return sql`now() + ${ttlMs} * interval '1 millisecond'`
}
