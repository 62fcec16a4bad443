import { openEnvelope, rewrapEnvelope, sealEnvelope } from './envelope.ts'
import type { Keyring } from './keyring.ts'
import { refuseUnlisted } from './sealed-columns.ts'

export { createKeyring, type Keyring } from './keyring.ts'
export { rotateKeys, type RotationResult } from './rotate.ts'
export { checkKeyring, unlockVault } from './unlock.ts'

/**
 * The vault seals secrets: AES-256-GCM with a fresh data key per secret, the data key wrapped by a master key.
 * A sealed text names its master key and is bound to its place (table, row, field): moved to another row, it
 * does not open.
 */
export interface Vault {
  /** `place` is bound in as additional data; the same place must be given to open. It is one of a sealed column. */
  seal(plaintext: string, place: SealedPlace): string
  /** Throws `sealed_value_refused` when the text was changed, moved, or its key is not in the keyring. */
  open(sealed: string, place: SealedPlace): string
  /** The same secret under the current master key, as a rotation stores it. Throws as `open` does. */
  rewrap(sealed: string, place: SealedPlace): string
  /** Names the master key that seals. */
  readonly keyId: string
}

export interface SealedPlace {
  table: string
  row: string
  field: string
}

export function createVault({ keyring }: { keyring: Keyring }): Vault {
  return {
    seal(plaintext, place) {
      refuseUnlisted(place)
      return sealEnvelope(keyring.current, plaintext, place)
    },
    open: (sealed, place) => openEnvelope(keyring, sealed, place),
    rewrap: (sealed, place) => rewrapEnvelope(keyring, sealed, place),
    keyId: keyring.current.id,
  }
}
