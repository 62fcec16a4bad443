import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createApp, type AppOverrides } from '../src/app.ts'
import { readConfig } from '../src/config/config.ts'
import { environmentOf } from '../src/config/env.ts'
import { readSecrets } from '../src/config/secrets.ts'
import type { DatabaseAddress } from '../src/storage/database.ts'
import { log } from './databases.ts'

export interface BenchGateway {
  url: string
  stop(): Promise<void>
}

/** One for the whole run, so that gateways can follow each other on one database; given where they are processes. */
const masterKey = process.env['BENCH_MASTER_KEY'] ?? randomBytes(32).toString('base64')
const unlimited = { perAddress: 1_000_000, perBotService: 1_000_000, perUser: 1_000_000, guesses: 1_000_000 }

/** The whole gateway in this process, on a migrated database. */
export async function startGateway(
  database: DatabaseAddress,
  yaml: string,
  overrides: AppOverrides = {},
): Promise<BenchGateway> {
  const directory = await mkdtemp(join(tmpdir(), 'portico-bench-'))
  const file = join(directory, 'portico.yaml')
  await writeFile(file, yaml)
  const environment = environmentOf({
    PORTICO_DATA_DIR: directory,
    PORTICO_PORT: '0',
    PORTICO_MASTER_KEY: masterKey,
  })
  const app = createApp({
    config: await readConfig({ config: file }, environment, directory),
    secrets: await readSecrets(environment, directory),
    log,
    version: '0.0.0',
    consoleDirectory: directory,
    database,
    overrides: { rateLimits: unlimited, ...overrides },
  })
  const { url } = await app.start()
  return {
    url,
    async stop() {
      await app.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
