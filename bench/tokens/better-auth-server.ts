/**
 * better-auth with its plugin for API keys behind bare `node:http`: its limits off, keys in PostgreSQL or in a map of the
 * process. Prints nothing of a key; the parent asks for it at /key.
 */
import pg from 'pg'
import type { DatabaseAddress } from '../../src/storage/database.ts'
import { serve, settings } from './child.ts'
import { poolOf } from './databases.ts'

/** What is used of it; it is no dependency of Portico, and may be missing. */
interface Auth {
  options: object
  api: {
    signUpEmail(ask: { body: object }): Promise<{ user: { id: string } }>
    createApiKey(ask: { body: object }): Promise<{ key: string }>
    verifyApiKey(ask: { body: object }): Promise<{ valid: boolean }>
  }
}
interface Packages {
  betterAuth: (options: object) => Auth
  apiKey: (options: object) => object
  getMigrations: (options: object) => Promise<{ runMigrations(): Promise<void> }>
}

const { address, storage } = settings() as { address: DatabaseAddress; storage: 'postgres' | 'map' }
const names = ['better-auth', '@better-auth/api-key', 'better-auth/db/migration']
const loaded = (await Promise.all(names.map((name) => import(name)))) as object[]
const { betterAuth, apiKey, getMigrations } = Object.assign({}, ...loaded) as Packages

const kept = new Map<string, string>()
const secondaryStorage = {
  get: async (key: string) => kept.get(key) ?? null,
  set: async (key: string, value: string) => void kept.set(key, value),
  delete: async (key: string) => void kept.delete(key),
}
const auth = betterAuth({
  database: new pg.Pool(poolOf(address)),
  secret: 'of no worth, and long enough for a bench',
  baseURL: 'http://127.0.0.1',
  emailAndPassword: { enabled: true },
  rateLimit: { enabled: false },
  // It would tell of the tables that are missing until they are made below.
  logger: { disabled: true },
  ...(storage === 'map' && { secondaryStorage }),
  plugins: [
    apiKey({
      rateLimit: { enabled: false },
      ...(storage === 'map' && { storage: 'secondary-storage' }),
    }),
  ],
})
await (await getMigrations(auth.options)).runMigrations()
const { user } = await auth.api.signUpEmail({
  body: { name: 'Ada', email: `${storage}@example.com`, password: 'correct horse battery' },
})
const { key } = await auth.api.createApiKey({ body: { name: 'Bench', userId: user.id } })

serve((request, reply) => {
  if (request.url === '/key') return void reply.end(key)
  const given = request.headers['x-api-key']
  auth.api.verifyApiKey({ body: { key: given } }).then(
    ({ valid }) => {
      const text = JSON.stringify({ valid })
      reply.writeHead(valid ? 200 : 401, {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(text),
      })
      reply.end(text)
    },
    (error: unknown) => reply.writeHead(500).end(String(error)),
  )
})
