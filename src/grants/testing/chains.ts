import { createHmac, hash } from 'node:crypto'
import type { Caveat } from '../caveats.ts'

type Key = Buffer | string

export function hmac(key: Key, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

export function caveatText(caveat: unknown): string {
  return Buffer.from(JSON.stringify(caveat)).toString('base64url')
}

/** Signed from the start, as whoever holds the key does it. */
export function chainOf(key: Key, head: string, ...caveats: readonly unknown[]): string {
  const start = `${head}.${hmac(key, head).toString('base64url')}`
  return caveats.reduce<string>((chain, caveat) => extend(chain, caveat), start)
}

/** Of an API token, by its secret alone. */
export function childOf(secret: string, ...caveats: readonly (Caveat | Record<string, unknown>)[]): string {
  const head = `pd_${hash('sha256', secret, 'base64url')}`
  return chainOf(hmac(secret, 'portico derived token'), head, ...caveats)
}

/** By one caveat more, as a holder of the chain alone does it. */
export function extend(chain: string, caveat: unknown): string {
  const end = chain.lastIndexOf('.')
  const text = caveatText(caveat)
  const signature = hmac(Buffer.from(chain.slice(end + 1), 'base64url'), text).toString('base64url')
  return `${chain.slice(0, end)}.${text}.${signature}`
}
