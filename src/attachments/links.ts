import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../lib/clock.ts'
import { attachmentErrors } from './errors.ts'

const usualLifeMs = 60 * 60 * 1000

export interface LinkParts {
  /** Seconds since the epoch. */
  expires: string
  signature: string
}

/** Links that open one file for a while: an HMAC-SHA256 over the file's id and the time of expiry. */
export interface Links {
  sign(id: string, lifeMs?: number): string
  /** Throws `file_link_invalid` or `file_link_expired`. */
  verify(id: string, link: LinkParts): void
}

export function createLinks({ secret, publicUrl, clock }: LinkDependencies): Links {
  const signatureOf = (id: string, expires: string) =>
    createHmac('sha256', secret).update(`${id}\n${expires}`).digest()
  return {
    sign(id, lifeMs = usualLifeMs) {
      const expires = String(Math.ceil((clock.now() + lifeMs) / 1000))
      const signature = signatureOf(id, expires).toString('base64url')
      return `${publicUrl}/api/files/${id}?expires=${expires}&signature=${signature}`
    },
    verify(id, { expires, signature }) {
      const given = Buffer.from(signature, 'base64url')
      const right = signatureOf(id, expires)
      if (given.length !== right.length || !timingSafeEqual(given, right))
        throw attachmentErrors.file_link_invalid()
      if (Number(expires) * 1000 < clock.now()) throw attachmentErrors.file_link_expired()
    },
  }
}

export interface LinkDependencies {
  secret: string
  publicUrl: string
  clock: Clock
}
