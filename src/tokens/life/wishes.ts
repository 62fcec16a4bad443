import type { Principal } from '../../identity/principal.ts'
import { tokenErrors } from '../errors.ts'
import { normalRange } from '../limits/addresses.ts'
import {
  administrators,
  ownPermission,
  permissions as known,
  type NewToken,
  type Permission,
  type RateLimit,
  type TokenChange,
} from '../token.ts'
import type { LifeDependencies } from './life.ts'

const maxMetadataBytes = 4_096

/** What somebody wants a token to be, as far as a schema cannot judge it; `before` is what it may already. */
export function checkWishes(
  { clock, isAgent }: Pick<LifeDependencies, 'clock' | 'isAgent'>,
  by: Principal,
  wishes: Omit<NewToken, 'name' | 'permissions'> | TokenChange,
  before: readonly string[] = [],
): void {
  const { expiresAt, callbackOrigins, agent, limits, metadata } = wishes
  if ('permissions' in wishes) checkPermissions(by, wishes.permissions ?? [], before)
  if (expiresAt != null && expiresAt.getTime() <= clock.now()) throw tokenErrors.token_expiry_past()
  if (callbackOrigins?.every(isOrigin) === false) throw tokenErrors.token_origin_invalid()
  if (agent != null && !isAgent(agent)) throw tokenErrors.token_agent_unknown()
  if (limits !== undefined) checkLimits(limits)
  if (metadata !== undefined && Buffer.byteLength(JSON.stringify(metadata)) > maxMetadataBytes)
    throw tokenErrors.token_metadata_too_large()
}

/** Each name once: what is counted is found by it. */
export function checkLimits(limits: readonly RateLimit[]): void {
  if (new Set(limits.map(({ name }) => name)).size < limits.length) throw tokenErrors.token_limit_repeated()
}

/** Addresses and ranges as they are kept, each once. Throws `token_address_invalid`. */
export function normalAddresses(addresses: readonly string[] | null | undefined): string[] | null {
  if (addresses == null) return null
  const ranges = addresses.map((text) => {
    const range = normalRange(text)
    if (range === undefined) throw tokenErrors.token_address_invalid({ members: { address: text } })
    return range
  })
  return [...new Set(ranges)]
}

function checkPermissions(by: Principal, wanted: readonly string[], before: readonly string[]): void {
  for (const permission of wanted) {
    const isOurs = known.includes(permission as Permission)
    if (!isOurs && !ownPermission.test(permission))
      throw tokenErrors.token_permission_unknown({ members: { permission } })
    const isReserved = administrators.includes(permission as Permission)
    if (isReserved && by.role !== 'admin' && !before.includes(permission))
      throw tokenErrors.token_permission_reserved({ members: { permission } })
  }
}

/** As browsers write it: no path, and no port that the scheme has anyway. */
function isOrigin(text: string): boolean {
  return /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text
}
