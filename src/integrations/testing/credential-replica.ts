import { createAudit } from '../../audit/audit.ts'
import { createLanes } from '../../coordination/lanes-postgres.ts'
import { createSignals } from '../../coordination/signals-postgres.ts'
import type { Clock } from '../../lib/clock.ts'
import { createGuardedFetch } from '../../lib/guarded-fetch.ts'
import { createIds } from '../../lib/ids.ts'
import { createLog } from '../../lib/log.ts'
import { sleep } from '../../lib/sleep.ts'
import { openDatabase, type DatabaseAddress } from '../../storage/database.ts'
import { createKeyring, createVault } from '../../vault/vault.ts'
import { listen } from '../../webhooks/testing/listening.ts'
import type { ConfiguredProvider } from '../catalogue.ts'
import { createCredentials } from '../credentials/credentials.ts'
import type { CredentialsDependencies } from '../credentials/dependencies.ts'
import { createOAuth } from '../oauth/engine.ts'
import { catalogueOf } from './fake-provider.ts'

export interface ReplicaOptions {
  address: DatabaseAddress
  key: Uint8Array
  clock: Clock
  entries: readonly ConfiguredProvider[]
  spoolDirectory: string
  over?: Partial<CredentialsDependencies>
}

/** The credentials of one replica, with a pool of its own. Its pauses are short: it waits for others, not for the time. */
export async function startCredentialReplica(options: ReplicaOptions) {
  const { address, key, clock, entries, spoolDirectory, over } = options
  const database = openDatabase(address, 10)
  const log = over?.log ?? createLog('silent')
  const ids = createIds(() => clock.now())
  const name = ids('rep')
  const signals = await createSignals({ database, log, sleep })
  const { db } = database
  const lanes = createLanes({ db, signals, log, sleep, replica: name, leaseMs: 6_000, graceMs: 50 })
  const fetch = createGuardedFetch({ allowHosts: ['127.0.0.1'] })
  const done = () => Promise.resolve()
  const credentials = createCredentials({
    ...{ db, ids, clock, fetch, signals, lanes, log, replica: name, spoolDirectory },
    vault: createVault({ keyring: createKeyring(key) }),
    audit: createAudit({ ids, clock }),
    announcer: listen(),
    news: { connected: done, reconnectRequired: done, removed: done, revocationFailed: done },
    catalogue: catalogueOf(...entries),
    oauth: createOAuth({ fetch, clock, timeoutMs: 10_000 }),
    sleep: (ms, signal) => sleep(Math.min(ms, 5), signal),
    random: () => 0.5,
    allowHosts: [],
    ...over,
  })
  await credentials.start()
  let stopping: Promise<void> | undefined
  const stop = () =>
    (stopping ??= (async () => {
      await credentials.stop()
      await lanes.stop()
      await signals.stop()
      await database.close()
    })())
  return { credentials, use: credentials.use, signals, db, stop }
}

export type Replica = Awaited<ReturnType<typeof startCredentialReplica>>
