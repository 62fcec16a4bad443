import { pino } from 'pino'
import { expect, it } from 'vitest'
import { createTestDatabase } from '../testing/database.ts'
import { sessionCookieName } from './sessions.ts'
import { createSignIn } from './sign-in.ts'

it.each(['http://127.0.0.1:8080', 'https://portico.example.org'])(
  'reads the session from the cookie that a sign-in at %s sets',
  async (publicUrl) => {
    const database = await createTestDatabase()
    const { db } = database
    const ids = (prefix: string) => prefix
    const log = pino({ level: 'silent' })
    const signIn = createSignIn({
      db,
      ids,
      secret: 'a secret of at least thirty-two characters',
      publicUrl,
      log,
    })
    const { authCookies } = await signIn.$context
    expect(sessionCookieName(publicUrl)).toBe(authCookies.sessionToken.name)
    await database.drop()
  },
)
