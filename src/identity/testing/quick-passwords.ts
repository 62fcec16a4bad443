import { createHash, randomUUID } from 'node:crypto'
import type { Passwords } from '../passwords.ts'

/** For tests that sign up many people and are not about passwords: a hash that is salted, but not slow to guess. */
export const quickPasswords: Passwords = {
  hash: async (password) => hashOf(password, randomUUID()),
  verify: async ({ hash, password }) => hash === hashOf(password, hash.split(':')[0] ?? ''),
}

function hashOf(password: string, salt: string): string {
  return `${salt}:${createHash('sha256').update(salt).update(password).digest('hex')}`
}
