import { tokenErrors } from '../errors.ts'
import type { TokenFormat } from '../format.ts'
import type { KnownTokens } from './known-tokens.ts'
import type { Loads } from './loads.ts'
import type { Known } from './memory.ts'
import type { Sight } from './sight.ts'

export interface Look {
  tokens: KnownTokens
  loads: Loads
  sight: Pick<Sight, 'isLost'>
  format: Pick<TokenFormat, 'isOurs'>
}

/** `secret` is what the hash is of, where that is at hand. What is known costs a clock and a look into a map. */
export function find(
  { tokens, loads, sight, format }: Look,
  hash: string,
  secret: string | undefined,
): Known | undefined | Promise<Known | undefined> {
  if (sight.isLost) throw tokenErrors.token_log_unseen({ retryAfter: 1 })
  const known = tokens.get(hash)
  if (known !== undefined || tokens.isAbsent(hash)) return known
  // The form of what was made elsewhere is not known, so that where there is such a token every text must be asked for.
  if (secret !== undefined && !tokens.hasImported && !format.isOurs(secret)) return undefined
  return loads.ask(hash)
}
