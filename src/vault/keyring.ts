import { createHash } from 'node:crypto'
import { vaultErrors } from './errors.ts'

export interface MasterKey {
  /** First bytes of a hash of the key, as hex: names the key without telling anything about it. */
  id: string
  bytes: Uint8Array
}

/** The key that seals, and the older ones that still open. */
export interface Keyring {
  current: MasterKey
  find(id: string): MasterKey | undefined
}

const keySize = 32

/** Keys are 32 random bytes each; throws `master_key_invalid` for any other size. */
export function createKeyring(current: Uint8Array, older: readonly Uint8Array[] = []): Keyring {
  const keys = [current, ...older].map(nameKey)
  const [first] = keys
  if (first === undefined) throw vaultErrors.master_key_invalid()
  const byId = new Map(keys.map((key) => [key.id, key]))
  return { current: first, find: (id) => byId.get(id) }
}

function nameKey(bytes: Uint8Array): MasterKey {
  if (bytes.length !== keySize) throw vaultErrors.master_key_invalid()
  const id = createHash('sha256').update('portico master key').update(bytes).digest('hex').slice(0, 16)
  return { id, bytes }
}
