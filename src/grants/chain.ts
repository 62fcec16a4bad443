import { createHmac, hash, timingSafeEqual, type KeyObject } from 'node:crypto'
import { readCaveat } from './caveats.ts'
import { narrowedBy, unnarrowed, type Narrowing } from './narrowing.ts'

/**
 * A right that its holder narrows alone and nobody widens (docs/derived-tokens.md): a head, caveats, and a signature
 * that is the key for signing one caveat more. Whoever has the text has the last signature only, and no way back to
 * the one before.
 *
 *   head.caveat.caveat.signature
 *   signature 0 = HMAC-SHA256(key, head), signature n = HMAC-SHA256(signature n-1, caveat n)
 */
export interface Chain {
  head: string
  /** Base64url of JSON, as they came. Nothing may be read out of them before the signature is verified. */
  caveats: readonly string[]
  /** Base64url. */
  signature: string
}

export const maxChainSize = 4_096
const maxCaveats = 8
const form = /^[\w-]+(?:\.[\w-]+)+$/

/** Undefined for what has not the form of one. */
export function splitChain(text: string): Chain | undefined {
  if (text.length > maxChainSize || !form.test(text)) return undefined
  const [head = '', ...caveats] = text.split('.')
  const signature = caveats.pop() ?? ''
  return caveats.length > maxCaveats ? undefined : { head, caveats, signature }
}

/** What its caveats leave; undefined where it was not made of the key's right, or holds what we do not understand. */
export function verifyChain(
  { head, caveats, signature }: Chain,
  key: KeyObject | Uint8Array,
): Narrowing | undefined {
  let wanted = hmac(key, head)
  for (const caveat of caveats) wanted = hmac(wanted, caveat)
  const [given, right] = [Buffer.from(signature), Buffer.from(wanted.toString('base64url'))]
  if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined
  return caveats.reduce<Narrowing | undefined>((before, text, at) => {
    const caveat = readCaveat(text)
    const link = [head, ...caveats.slice(0, at + 1)].join('.')
    return before && caveat && narrowedBy(before, caveat, hash('sha256', link, 'base64url'))
  }, unnarrowed)
}

function hmac(key: KeyObject | Uint8Array, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}
