/** What a derived token may do of what its parent may. What is left out stays as it is. */
export interface Narrower {
  /** When it ends at the latest, to the second. */
  until?: Date
  /** Portico's own, such as `CHAT`, or the application's, such as `documents:read` and `documents:*`. */
  permissions?: readonly string[]
  /** Of which providers' accounts it may be used. This and the next two leave requests with accounts only. */
  providers?: readonly string[]
  /** By which HTTP methods. */
  methods?: readonly string[]
  /** How many requests may be sent with accounts, by it and all that is made of it. Each server counts its own. */
  calls?: number
  /** For records, up to 60 characters. */
  name?: string
  /** The agent that it is kept to. */
  agent?: string
}

const maxCaveats = 8
const maxSize = 4_096

/**
 * Makes a token that opens less, without asking the server: of an API token, of the grant of a turn, or of one that was
 * made so. Whoever gets it cannot widen it, and it ends with its parent.
 *
 *     const child = await narrow(token, { providers: ['github'], methods: ['GET'], until: inTenMinutes })
 *
 * Throws a TypeError for a member that is undefined, and a RangeError where the token would have more than 8 links or
 * 4,096 characters, which no server takes.
 */
export async function narrow(token: string, narrower: Narrower): Promise<string> {
  // JSON would leave it out, and the token would open more than was meant.
  if (Object.values(narrower).includes(undefined))
    throw new TypeError('What narrows a token may not be undefined.')
  const { until, ...rest } = narrower
  const caveat = {
    ...(until !== undefined && { until: Math.floor(until.getTime() / 1_000) }),
    ...rest,
  }
  const chain = /^p[dg]_/.test(token) ? token : await beginChain(token)
  const end = chain.lastIndexOf('.')
  const text = base64url(bytesOf(JSON.stringify(caveat)))
  const signature = await hmac(bytesOfBase64url(chain.slice(end + 1)), text)
  const child = `${chain.slice(0, end)}.${text}.${base64url(signature)}`
  if (child.split('.').length > maxCaveats + 2) throw new RangeError('A token can be narrowed eight times.')
  if (child.length > maxSize) throw new RangeError(`A derived token has at most ${maxSize} characters.`)
  return child
}

/** Of an API token's secret: as much as that, but as a chain that can be narrowed. */
async function beginChain(secret: string): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', bytesOf(secret))
  const head = `pd_${base64url(new Uint8Array(hash))}`
  const key = await hmac(bytesOf(secret), 'portico derived token')
  return `${head}.${base64url(await hmac(key, head))}`
}

async function hmac(key: Uint8Array<ArrayBuffer>, text: string): Promise<Uint8Array<ArrayBuffer>> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const imported = await crypto.subtle.importKey('raw', key, algorithm, false, ['sign'])
  return new Uint8Array(await crypto.subtle.sign('HMAC', imported, bytesOf(text)))
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text)
}

function base64url(bytes: Uint8Array): string {
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

function bytesOfBase64url(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) =>
    character.charCodeAt(0),
  )
}
