import { createHmac, randomInt, timingSafeEqual } from 'node:crypto'

/**
 * A token: its prefix, 32 random characters of base62 (190 bits) and 8 that check them, one word to a double click.
 * The check is keyed, so that only what was made here leads to a query, and whoever reads this source cannot make more.
 */
export const tokenPattern = /^pt_(live|test)_[0-9A-Za-z]{40}$/

export type Environment = 'live' | 'test'

export function prefixOf(environment: Environment): string {
  return `pt_${environment}_`
}

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const randomSize = 32
const checkSize = 8

export interface TokenFormat {
  make(environment: Environment): string
  /** Whether it was made with this check key; not whether it counts. */
  isOurs(text: string): boolean
}

/** `random` is one of 62 numbers, each as likely as the others. */
export function createTokenFormat(checkKey: string, random = () => randomInt(alphabet.length)): TokenFormat {
  const checkOf = (body: string) => {
    const digest = createHmac('sha256', checkKey).update(body).digest()
    return Array.from(digest.subarray(0, checkSize), (byte) => alphabet.charAt(byte % alphabet.length)).join(
      '',
    )
  }
  return {
    make(environment) {
      const body =
        prefixOf(environment) + Array.from({ length: randomSize }, () => alphabet.charAt(random())).join('')
      return body + checkOf(body)
    },
    isOurs(text) {
      if (!tokenPattern.test(text)) return false
      const [body, check] = [text.slice(0, -checkSize), text.slice(-checkSize)]
      return timingSafeEqual(Buffer.from(check), Buffer.from(checkOf(body)))
    },
  }
}

/** Whether a credential says that it is a token, or derived from one: then it counts as such or not at all. */
export function isToken(credential: string): boolean {
  return credential.startsWith('pt_') || isDerived(credential)
}

/** Whether it says that it was derived from one (docs/derived-tokens.md). */
export function isDerived(credential: string): boolean {
  return credential.startsWith('pd_')
}

export function lastFourOf(secret: string): string {
  return secret.slice(-4)
}
