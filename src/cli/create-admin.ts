import { createAudit } from '../audit/audit.ts'
import { readConfig, type Config } from '../config/config.ts'
import { readSecrets } from '../config/secrets.ts'
import { createIdentity, type NewUser } from '../identity/identity.ts'
import { systemClock } from '../lib/clock.ts'
import { createIds } from '../lib/ids.ts'
import { createLog } from '../lib/log.ts'
import { openDatabase, type Db } from '../storage/database.ts'
import { migrate } from '../storage/migrate.ts'
import { configFlags, configOptions, textOf, type Command, type Context, type Flags } from './command.ts'
import { joinDatabaseServer } from './database-server.ts'
import { askPassword } from './ask-password.ts'

/** `portico create-admin` */
export const createAdmin: Command = {
  about:
    'Makes an administrator who signs in with a password: for a first one without the browser, or when nobody else can get in. The password is asked for, or read from standard input when that is no terminal.',
  options: {
    ...configOptions,
    email: { type: 'string', value: 'ADDRESS', about: 'Email address to sign in with.' },
    name: {
      type: 'string',
      value: 'NAME',
      about: 'Name to be shown. Default: the part of the address before the @.',
    },
  },
  async run(flags, context) {
    const config = await readConfig(configFlags(flags), context.environment, context.directory)
    const user = { ...readUser(flags), password: await askPassword('Password: ') }
    const server = await joinDatabaseServer(config, createLog(config.log.level))
    const database = openDatabase(server.address, 2)
    try {
      await migrate(database.db)
      await create(database.db, config, context, user)
      context.print(`${user.email} can sign in as an administrator.`)
      return 0
    } finally {
      await database.close()
      await server.stop()
    }
  },
}

function readUser(flags: Flags): Omit<NewUser, 'password'> {
  const email = textOf(flags, 'email')
  if (email === undefined || !/^[^\s@]+@[^\s@]+$/.test(email)) throw new Error('Say whom: --email ADDRESS.')
  return { email, name: textOf(flags, 'name') ?? email.slice(0, email.indexOf('@')) }
}

async function create(db: Db, config: Config, context: Context, user: NewUser): Promise<void> {
  const ids = createIds(() => systemClock.now())
  const secrets = await readSecrets(context.environment, config.dataDir)
  const identity = createIdentity({
    db,
    ids,
    clock: systemClock,
    audit: createAudit({ ids, clock: systemClock }),
    log: createLog(config.log.level),
    secret: secrets.derive('sessions'),
    publicUrl: config.server.publicUrl ?? 'http://127.0.0.1',
    mode: { kind: 'local' },
    signUp: config.auth.signUp,
  })
  await identity.createAdmin(user)
}
