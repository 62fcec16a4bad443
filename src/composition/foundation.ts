import { randomBytes } from 'node:crypto'
import { Registry, collectDefaultMetrics } from 'prom-client'
import { createAudit } from '../audit/audit.ts'
import { inheritFromTheDead } from '../coordination/inherit.ts'
import { createLeases } from '../coordination/leases-postgres.ts'
import { createLanes } from '../coordination/lanes-postgres.ts'
import { openStreams } from '../coordination/open-streams.ts'
import { measureQueues } from '../coordination/queue-metrics.ts'
import { createSignals } from '../coordination/signals-postgres.ts'
import { keepTidy } from '../coordination/upkeep.ts'
import { createGrants, isGrant } from '../grants/grants.ts'
import { createIdentity } from '../identity/identity.ts'
import { createGuardedFetch } from '../lib/guarded-fetch.ts'
import type { Database } from '../storage/database.ts'
import { createTokens, isToken, measureChecks, openCheckKey } from '../tokens/tokens.ts'
import { createKeyring, createVault, unlockVault } from '../vault/vault.ts'
import { createWebhooks } from '../webhooks/webhooks.ts'
import { publicUrlOf } from './from-config.ts'
import { toolsOf, type AppOptions } from './options.ts'

export type Stop = () => Promise<void> | void

/** What everything else stands on, and how what was started is stopped: in the opposite order. */
export type Foundation = Awaited<ReturnType<typeof layFoundation>>

/** Secrets, people, and what replicas agree on. Nothing is opened before the master key has proved to be the right one. */
export async function layFoundation(options: AppOptions, database: Database, stops: Stop[]) {
  const { db } = database
  const base = { options, database, db, stops, ...toolsOf(options.overrides ?? {}) }
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const safe = await openSafe(base)
  // Not before the key has proved to be the right one: a start that is refused changes no row.
  if (options.isAlone === true) await inheritFromTheDead(db)
  const coordination = await coordinate(base)
  stops.push(keepTidy({ ...coordination, log: options.log }))
  measureQueues(registry, coordination.lanes)
  const callers = await openPasses({ ...base, registry }, safe, coordination)
  measureChecks(registry, callers.tokens.counts)
  const webhooks = await openWebhooks(base, safe, coordination)
  return { ...base, registry, ...safe, ...coordination, ...callers, webhooks }
}

type Base = { options: AppOptions; database: Database; db: Database['db']; stops: Stop[] } & ReturnType<
  typeof toolsOf
>

/** What must hold before anything else: the master key is the right one. */
async function openSafe({ options: { secrets }, db, ids, clock }: Base) {
  const keyring = createKeyring(secrets.current, secrets.older)
  await unlockVault({ db, keyring })
  const audit = createAudit({ ids, clock })
  const vault = createVault({ keyring })
  return { vault, audit }
}

/** Who calls, and with what right. */
async function openPasses(
  { options, db, ids, clock, sleep, replica, stops, registry }: Base & { registry: Registry },
  { vault, audit }: Awaited<ReturnType<typeof openSafe>>,
  { signals }: Awaited<ReturnType<typeof coordinate>>,
) {
  const { config, secrets, log, overrides = {} } = options
  const checkKey = await openCheckKey({ db, vault })
  const base = { db, ids, clock, sleep, audit, log, vault, signals, replica, registry }
  const isAgent = (name: string) => overrides.agents?.has(name) === true || config.agents[name] !== undefined
  const tokens = createTokens({
    ...base,
    checkKey,
    ...config.tokens,
    isAgent,
    isAlone: options.isAlone === true,
  })
  stops.push(() => tokens.stop())
  const grants = createGrants({
    secret: secrets.derive('grants'),
    clock,
    isBarred: (kind, id) => tokens.isBarred(kind, id),
  })
  const identity = createIdentity({
    db,
    ids,
    clock,
    audit,
    log,
    secret: secrets.derive('sessions'),
    publicUrl: publicUrlOf(config),
    grants: { isGrant, verify: (token: string) => grants.verify(token) },
    tokens: { isToken, verify: (secret, address) => tokens.verify(secret, address) },
    ...(overrides.passwords && { passwords: overrides.passwords }),
    ...config.auth,
  })
  return { identity, grants, tokens }
}

/** What replicas agree on. */
async function coordinate({ options, database, db, stops, replica, sleep }: Base) {
  const { config, log, overrides = {} } = options
  const { leaseMs = 6_000 } = overrides
  const signals = await createSignals({ database, log, sleep })
  stops.push(() => signals.stop())
  const leases = createLeases({ db, log, sleep, replica, ttlMs: leaseMs })
  stops.push(() => leases.stop())
  const streams = await openStreams({ db, signals, log, sleep, redisUrl: config.redis.url })
  stops.push(() => streams.stop())
  const lanes = createLanes({ db, signals, log, sleep, replica, leaseMs })
  stops.push(() => lanes.stop())
  return { signals, leases, streams, lanes }
}

/** What tells the application of events; who listens is known from here on. */
async function openWebhooks(
  { options: { config, log, version }, db, clock, ids, stops }: Base,
  { vault, audit }: Awaited<ReturnType<typeof openSafe>>,
  { lanes, signals }: Awaited<ReturnType<typeof coordinate>>,
) {
  const fetch = createGuardedFetch(config.webhooks)
  const sealed = { vault, random: randomBytes, jitter: Math.random }
  const webhooks = createWebhooks({ db, ids, clock, audit, lanes, signals, fetch, log, version, ...sealed })
  stops.push(() => webhooks.stop())
  await webhooks.load()
  return webhooks
}
