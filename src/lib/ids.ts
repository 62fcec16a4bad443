import { randomBytes } from 'node:crypto'

/**
 * Ids are a short prefix that names the kind, an underscore, and 26 characters of Crockford base32: 50 bits of time
 * in milliseconds, 15 that count within one millisecond, and 65 random ones. So the ids of one process sort by
 * creation, also where the clock stands still or goes back.
 */
export type IdPrefix =
  | 'usr'
  | 'ses'
  | 'acc'
  | 'wsp'
  | 'inv'
  | 'bot'
  | 'con'
  | 'cnv'
  | 'trn'
  | 'msg'
  | 'aud'
  | 'fil'
  | 'bky'
  | 'lap'
  | 'spn'
  | 'whe'
  | 'evt'
  | 'crd'
  | 'ocl'
  | 'dev'
  | 'rvk'
  | 'uap'
  | 'tok'
  | 'req'
  | 'rep'

export type NewId = (prefix: IdPrefix) => string

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

/** Makes ids from a time source in milliseconds and a source of random bytes. */
export function createIds(now: () => number, random = randomPool()): NewId {
  let time = 0
  let count = 0
  return (prefix) => {
    const current = now()
    if (current > time) [time, count] = [current, 0]
    else if (++count === 32 ** 3) [time, count] = [time + 1, 0]
    const tail = Array.from(random(13), (byte) => alphabet.charAt(byte % 32)).join('')
    return `${prefix}_${digits(time, 10)}${digits(count, 3)}${tail}`
  }
}

function digits(value: number, length: number): string {
  let text = ''
  for (let rest = value; text.length < length; rest = Math.floor(rest / 32))
    text = alphabet.charAt(rest % 32) + text
  return text
}

/** Random bytes cut from a larger piece: asking for those of each id would cost more than all the rest of it. */
function randomPool(): (size: number) => Uint8Array {
  let pool = randomBytes(0)
  return (size) => {
    if (pool.length < size) pool = randomBytes(4_096)
    const taken = pool.subarray(0, size)
    pool = pool.subarray(size)
    return taken
  }
}
