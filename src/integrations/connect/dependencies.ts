import type { Clock } from '../../lib/clock.ts'
import type { NewId } from '../../lib/ids.ts'
import type { Log } from '../../lib/log.ts'
import type { Db } from '../../storage/database.ts'
import type { Vault } from '../../vault/vault.ts'
import type { Catalogue } from '../catalogue.ts'
import type { Credentials } from '../credentials/credentials.ts'
import type { OAuth } from '../oauth/oauth.ts'

export interface ConnectDependencies {
  db: Db
  vault: Vault
  ids: NewId
  clock: Clock
  catalogue: Catalogue
  oauth: OAuth
  credentials: Pick<Credentials, 'read' | 'keep'>
  /** Origins to which programs may have a provider send its code: `integrations.callback_origins`. */
  callbackOrigins: readonly string[]
  /** Where browsers reach Portico: an origin. */
  publicUrl: string
  /** As providers show a client that registered itself. */
  productName: string
  /** Cryptographically random bytes. */
  random(size: number): Uint8Array
  log: Log
}

/** Where providers send browsers back to. */
export const callbackPath = '/oauth/callback'

export function ownCallback({ publicUrl }: Pick<ConnectDependencies, 'publicUrl'>): string {
  return new URL(callbackPath, publicUrl).href
}

/** 256 bits, as they stand in addresses. */
export function newSecret({ random }: Pick<ConnectDependencies, 'random'>): string {
  return Buffer.from(random(32)).toString('base64url')
}
