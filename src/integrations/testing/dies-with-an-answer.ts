import { systemClock } from '../../lib/clock.ts'
import type { DatabaseAddress } from '../../storage/database.ts'
import type { ConfiguredProvider } from '../catalogue.ts'
import type { Need } from '../credentials/credential.ts'
import { createGuardedFetch } from '../../lib/guarded-fetch.ts'
import { createOAuth } from '../oauth/engine.ts'
import { startCredentialReplica } from './credential-replica.ts'

/**
 * A process for tests that kill it: it refreshes, and says on its output that it has the provider's answer. It is at the
 * point after which it would write it, and stays there.
 */
export interface Dying {
  address: DatabaseAddress
  key: string
  now: number
  entry: ConfiguredProvider
  spoolDirectory: string
  need: Need
}

const { key, now, entry, need, ...place } = JSON.parse(process.argv[2] ?? '') as Dying
const oauth = createOAuth({ fetch: createGuardedFetch({ allowHosts: ['127.0.0.1'] }), clock: systemClock })
const replica = await startCredentialReplica({
  ...place,
  key: Buffer.from(key, 'hex'),
  clock: { now: () => now },
  entries: [entry],
  over: {
    oauth: {
      ...oauth,
      async refresh(...question) {
        await oauth.refresh(...question)
        process.stdout.write('answered\n')
        return new Promise(() => {})
      },
    },
  },
})
await replica.use.find(need)
