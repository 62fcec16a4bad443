import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { peekBots } from '../channels/bots.ts'
import type { Config } from '../config/config.ts'
import { readSecrets } from '../config/secrets.ts'
import type { Log } from '../lib/log.ts'
import { openDatabase, type Db } from '../storage/database.ts'
import { pendingMigrations } from '../storage/migrate.ts'
import { checkKeyring, createKeyring, createVault, type Keyring } from '../vault/vault.ts'
import type { Context } from './command.ts'
import { joinDatabaseServer } from './database-server.ts'
import { checkAddedBots } from './doctor-channels.ts'
import { bad, good, uncertain, type Finding } from './doctor-findings.ts'
import { explain } from './explain.ts'

const oldestServer = 15
const allowedSkewMs = 2_000

/**
 * The database, its migrations, its clock, whether the master key is the one it was sealed with, and the bots that
 * were added in the console.
 */
export async function checkDatabase(config: Config, context: Context, log: Log): Promise<Finding[]> {
  if (config.database.url === undefined && !existsSync(join(config.dataDir, 'postgres')))
    return [good('database', `none yet: the first start makes it in ${config.dataDir}`)]
  const server = await joinDatabaseServer(config, log)
  const { db, close } = withClose(openDatabase(server.address, 2))
  try {
    const pending = await pendingMigrations(db)
    return [
      await checkServer(db),
      await checkClock(db),
      pending.length === 0
        ? good('migrations', 'all applied')
        : uncertain(
            'migrations',
            `to be applied by the next start, or by portico migrate: ${pending.join(', ')}`,
          ),
      ...(pending.length === 0 ? await checkSealed(db, config, context) : []),
    ]
  } finally {
    await close()
    await server.stop()
  }
}

function withClose(database: ReturnType<typeof openDatabase>) {
  return { db: database.db, close: () => database.close() }
}

async function checkServer(db: Db): Promise<Finding> {
  const { rows } = await sql<{
    version: string
  }>`select current_setting('server_version') as version`.execute(db)
  const version = rows[0]?.version ?? ''
  if (Number.parseInt(version, 10) >= oldestServer) return good('database', `PostgreSQL ${version} answers`)
  return bad('database', `PostgreSQL ${version} is too old: Portico needs ${oldestServer} or later.`)
}

async function checkClock(db: Db): Promise<Finding> {
  const before = Date.now()
  const { rows } = await sql<{ now: Date }>`select now() as now`.execute(db)
  const middle = (before + Date.now()) / 2
  const skew = Math.round(Math.abs((rows[0]?.now.getTime() ?? 0) - middle))
  if (skew <= allowedSkewMs) return good('clock', `within ${skew} ms of the database's`)
  return bad(
    'clock',
    `${Math.round(skew / 1000)} s away from the database's: let both machines keep time by NTP.`,
  )
}

async function checkSealed(db: Db, config: Config, { environment }: Context): Promise<Finding[]> {
  const given = environment('PORTICO_MASTER_KEY') ?? environment('PORTICO_MASTER_KEY_FILE')
  const file = join(config.dataDir, 'master.key')
  if (given === undefined && !existsSync(file))
    return [
      uncertain(
        'master key',
        `${file} is missing: put the copy back, or a start generates another, which a used database refuses.`,
      ),
    ]
  let keyring: Keyring
  try {
    const { current, older } = await readSecrets(environment, config.dataDir)
    keyring = createKeyring(current, older)
    await checkKeyring({ db, keyring })
  } catch (error) {
    return [bad('master key', explain(error))]
  }
  const bots = await peekBots(db, { vault: createVault({ keyring }) })
  return [good('master key', 'opens what this database holds'), ...(await checkAddedBots(bots))]
}
