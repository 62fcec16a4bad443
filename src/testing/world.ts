import { createApp, type AppOverrides, type Application } from '../app.ts'
import { readConfig, type Config } from '../config/config.ts'
import { environmentOf } from '../config/env.ts'
import { readSecrets } from '../config/secrets.ts'
import { quickPasswords } from '../identity/testing/quick-passwords.ts'
import { createLog, type Log } from '../lib/log.ts'
import { createTestDatabase, type TestDatabase } from './database.ts'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Person } from './person.ts'

/** The whole gateway in this process, as a person or a program meets it: over HTTP, on a database of its own. */
export interface World {
  app: Application
  url: string
  config: Config
  database: TestDatabase
  /** Signs somebody up: the first one is the administrator, the others come by invitation. */
  person(name: string): Promise<Person>
  /** Another replica on the same database. */
  replica(overrides?: AppOverrides): Promise<{ app: Application; url: string }>
  stop(): Promise<void>
}

export interface WorldOptions {
  /** portico.yaml. */
  yaml?: string
  overrides?: AppOverrides
  /** Left out: nobody reads it. */
  log?: Log
}

export async function createWorld({
  yaml = '',
  overrides = {},
  log = createLog('silent'),
}: WorldOptions = {}): Promise<World> {
  const database = await createTestDatabase()
  const directory = await mkdtemp(join(tmpdir(), 'portico-world-'))
  const file = join(directory, 'portico.yaml')
  await writeFile(file, yaml)
  const environment = environmentOf({ PORTICO_DATA_DIR: directory, PORTICO_PORT: '0' })
  const config = await readConfig({ config: file }, environment, directory)
  const secrets = await readSecrets(environment, directory)
  const running: Application[] = []

  const start = async (more: AppOverrides) => {
    const app = createApp({
      config,
      secrets,
      log,
      version: '0.0.0',
      consoleDirectory: directory,
      database: database.address,
      overrides: { rateLimits: unlimited, passwords: quickPasswords, ...overrides, ...more },
    })
    running.push(app)
    return { app, ...(await app.start()) }
  }
  const { app, url } = await start({})
  await botsSettled(database)
  let administrator: Person | undefined
  return {
    app,
    url,
    config,
    database,
    async person(name) {
      const invitation = await administrator?.invite(`${name.toLowerCase()}@example.com`)
      const person = await Person.signUp(url, name, invitation)
      administrator ??= person
      return person
    },
    replica: (more = {}) => start(more),
    async stop() {
      await Promise.all(running.map((one) => one.stop()))
      await database.drop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** Waits until no enabled bot is still connecting. */
async function botsSettled({ db }: TestDatabase): Promise<void> {
  for (;;) {
    const connecting = await db
      .selectFrom('bots')
      .leftJoin('bot_states', 'bot_states.bot_id', 'bots.id')
      .select('bots.id')
      .where('bots.enabled', '=', true)
      .where((where) => where.or([where('state', 'is', null), where('state', '=', 'connecting')]))
      .execute()
    if (connecting.length === 0) return
    await wait(10)
  }
}

const unlimited = { perAddress: 1_000_000, perBotService: 1_000_000, perUser: 1_000_000, guesses: 1_000_000 }
