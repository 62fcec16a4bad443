import { betterAuth } from 'better-auth'
import { admin } from 'better-auth/plugins/admin'
import { CamelCasePlugin } from 'kysely'
import type { NewId } from '../lib/ids.ts'
import type { Log } from '../lib/log.ts'
import type { Db } from '../storage/database.ts'
import { addressHeader, isOriginOf, trustedOrigins } from './origins.ts'
import type { Passwords } from './passwords.ts'
import { cookiePrefix } from './sessions.ts'

const sessionDays = 30

/**
 * better-auth checks passwords and keeps sessions; who may join is ours (admission.ts). Rate limits stand
 * before it, in the HTTP layer. Its camel-case columns are ours in snake case.
 */
export function createSignIn(options: {
  db: Db
  ids: NewId
  secret: string
  publicUrl: string
  passwords?: Passwords
  log: Log
}) {
  const { db, ids, secret, publicUrl, passwords, log } = options
  return betterAuth({
    appName: 'Portico',
    baseURL: publicUrl,
    basePath: '/api/auth',
    secret,
    trustedOrigins: (request) => originsOf(publicUrl, request),
    telemetry: { enabled: false },
    rateLimit: { enabled: false },
    logger: {
      level: 'warn',
      log: (level, message) => {
        if (level === 'error') log.error({ module: 'identity' }, message)
        else log.debug({ module: 'identity' }, message)
      },
    },
    database: { db: db.withPlugin(new CamelCasePlugin()), type: 'postgres', transaction: true },
    user: { modelName: 'users' },
    account: { modelName: 'accounts' },
    verification: { modelName: 'verifications' },
    session: {
      modelName: 'sessions',
      expiresIn: sessionDays * 86_400,
      disableSessionRefresh: true,
    },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: 8,
      ...(passwords && { password: passwords }),
    },
    advanced: {
      cookiePrefix,
      ipAddress: { ipAddressHeaders: [addressHeader] },
      database: { generateId: () => ids('ses'), validateSchema: false },
    },
    plugins: [admin()],
  })
}

export type SignIn = ReturnType<typeof createSignIn>

function originsOf(publicUrl: string, request: Request | undefined): string[] {
  const origin = request?.headers.get('origin') ?? ''
  const isOwn = isOriginOf(origin, request?.headers.get('host') ?? '')
  return isOwn ? [...trustedOrigins(publicUrl), origin] : trustedOrigins(publicUrl)
}
