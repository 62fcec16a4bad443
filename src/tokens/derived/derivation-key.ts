import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Db } from '../../storage/database.ts'
import type { Vault } from '../../vault/vault.ts'
import { tokenErrors } from '../errors.ts'

/**
 * The key by which the children of a secret are signed (docs/derived-tokens.md): whoever holds the secret can compute
 * it, and nobody can compute the secret from it. In base64url, as it is sealed for `api_token_secrets.derivation_key`.
 */
export function derivationKeyOf(secret: string): string {
  return createHmac('sha256', secret).update('portico derived token').digest('base64url')
}

/** Reads those keys, each once however many wait for it: the key of a hash never changes. */
export interface DerivationKeys {
  /** By the SHA-256 of the secret; undefined where it has none. Throws `token_check_overloaded`, `sealed_value_refused`. */
  find(hash: string): Promise<KeyObject | undefined>
}

const maxKnown = 10_000
const maxWaiting = 1_000

export function createDerivationKeys({ db, vault }: { db: Db; vault: Vault }): DerivationKeys {
  const known = new LRUCache<string, KeyObject | 'none'>({ max: maxKnown })
  const waiting = new Map<string, Promise<KeyObject | undefined>>()
  const open = (hash: string, sealed: string) => {
    const place = { table: 'api_token_secrets', row: hash, field: 'derivation_key' }
    return createSecretKey(Buffer.from(vault.open(sealed, place), 'base64url'))
  }
  const load = async (hash: string) => {
    try {
      const row = await db
        .selectFrom('api_token_secrets')
        .select('derivation_key')
        .where('hash', '=', hash)
        .executeTakeFirst()
      if (row === undefined) return undefined
      const key = row.derivation_key === null ? undefined : open(hash, row.derivation_key)
      known.set(hash, key ?? 'none')
      return key
    } finally {
      waiting.delete(hash)
    }
  }
  return {
    async find(hash) {
      const found = known.get(hash)
      if (found !== undefined) return found === 'none' ? undefined : found
      const asked = waiting.get(hash)
      if (asked !== undefined) return asked
      if (waiting.size >= maxWaiting) throw tokenErrors.token_check_overloaded({ retryAfter: 1 })
      const loading = load(hash)
      waiting.set(hash, loading)
      return loading
    },
  }
}
