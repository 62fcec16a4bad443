import type { Audit } from '../../audit/audit.ts'
import type { Lanes } from '../../coordination/lanes.ts'
import type { Signals } from '../../coordination/signals.ts'
import type { Clock } from '../../lib/clock.ts'
import type { GuardedFetch } from '../../lib/guarded-fetch.ts'
import type { NewId } from '../../lib/ids.ts'
import type { Log } from '../../lib/log.ts'
import type { Sleep } from '../../lib/sleep.ts'
import type { Db } from '../../storage/database.ts'
import type { Vault } from '../../vault/vault.ts'
import type { Announcer } from '../../webhooks/webhooks.ts'
import type { Catalogue } from '../catalogue.ts'
import type { OAuth } from '../oauth/oauth.ts'
import type { CredentialNews } from './credentials.ts'

export interface CredentialsDependencies {
  db: Db
  vault: Vault
  ids: NewId
  clock: Clock
  audit: Audit
  announcer: Announcer
  news: CredentialNews
  catalogue: Catalogue
  /** Its timeout must be well below the 30 s for which a refresh is leased, also where it needs two requests. */
  oauth: OAuth
  /** For calls that prove a key. */
  fetch: GuardedFetch
  signals: Signals
  lanes: Lanes
  log: Log
  sleep: Sleep
  /** 0 <= x < 1 */
  random: () => number
  /** Name of this replica. */
  replica: string
  /** Hosts to which credentials may travel without TLS, as the operator says. */
  allowHosts: readonly string[]
  /** Where token answers wait, sealed, while the database takes nothing. */
  spoolDirectory: string
}
