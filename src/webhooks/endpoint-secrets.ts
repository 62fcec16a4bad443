import type { Clock } from '../lib/clock.ts'
import type { Vault } from '../vault/vault.ts'
import { webhookErrors } from './errors.ts'

/** A signing secret of an endpoint. */
export interface SigningSecret {
  /** `whsec_` and 32 bytes of base64. */
  secret: string
  /** When it stops to count, ISO 8601; null for the newest one. */
  expiresAt: string | null
}

export interface SecretDependencies {
  vault: Vault
  clock: Clock
  /** Cryptographically random bytes. */
  random(size: number): Uint8Array
}

const mostAtOnce = 5

export function newSecret({ random }: Pick<SecretDependencies, 'random'>): string {
  return `whsec_${Buffer.from(random(32)).toString('base64')}`
}

export function sealSecrets(
  { vault }: Pick<SecretDependencies, 'vault'>,
  endpointId: string,
  secrets: readonly SigningSecret[],
): string {
  return vault.seal(JSON.stringify(secrets), placeOf(endpointId))
}

/** The secrets that count now, the newest first. Throws `sealed_value_refused` where the row was tampered with. */
export function liveSecrets(
  { vault, clock }: Pick<SecretDependencies, 'vault' | 'clock'>,
  endpointId: string,
  sealed: string,
): SigningSecret[] {
  const secrets = JSON.parse(vault.open(sealed, placeOf(endpointId))) as SigningSecret[]
  return secrets.filter(({ expiresAt }) => expiresAt === null || Date.parse(expiresAt) > clock.now())
}

/** A new secret before the others, which count for `overlapMs` more at most. Throws `too_many_webhook_secrets`. */
export function rotated(
  { clock }: Pick<SecretDependencies, 'clock'>,
  live: readonly SigningSecret[],
  { secret, overlapMs }: { secret: string; overlapMs: number },
): SigningSecret[] {
  const end = clock.now() + overlapMs
  const older = live
    .map((one) => ({
      ...one,
      endsAt: Math.min(end, one.expiresAt === null ? end : Date.parse(one.expiresAt)),
    }))
    .filter(({ endsAt }) => endsAt > clock.now())
  if (older.length >= mostAtOnce) throw webhookErrors.too_many_webhook_secrets()
  return [
    { secret, expiresAt: null },
    ...older.map(({ secret, endsAt }) => ({ secret, expiresAt: new Date(endsAt).toISOString() })),
  ]
}

function placeOf(row: string) {
  return { table: 'webhook_endpoints', row, field: 'secrets' }
}
