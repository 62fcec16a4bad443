import { createHash } from 'node:crypto'

/** Where platforms send browsers back to. */
export const installPath = '/oauth/install'

/** Each installation has a cookie of its own, so that two may go on in one browser. */
export function cookieNameOf(state: string): string {
  return `portico_install_${createHash('sha256').update(state).digest('hex').slice(0, 16)}`
}

export function redirectUrlOf(publicUrl: string): string {
  return new URL(installPath, publicUrl).href
}
