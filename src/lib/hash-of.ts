import { hash } from 'node:crypto'

/** What is stored of a code or token: with 128 random bits and more, a plain hash cannot be guessed back. */
export function hashOf(secret: string): string {
  return hash('sha256', secret, 'hex')
}
