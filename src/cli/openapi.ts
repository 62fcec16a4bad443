import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readConfig } from '../config/config.ts'
import { environmentOf } from '../config/env.ts'
import { readSecrets } from '../config/secrets.ts'
import { createLog } from '../lib/log.ts'
import { startEmbeddedPostgres } from '../storage/embedded-postgres.ts'
import { consoleDirectory } from './build-console.ts'
import type { Command } from './command.ts'
import { version } from './version.ts'

/** `portico openapi` */
export const openapi: Command = {
  about:
    'Prints the OpenAPI 3.1 document of the HTTP API, as /openapi.json has it. Needs no database and no configuration.',
  options: {},
  async run(_flags, context) {
    const directory = await mkdtemp(join(tmpdir(), 'portico-openapi-'))
    try {
      context.print(JSON.stringify(await documentOf(directory), null, 2))
      return 0
    } finally {
      await rm(directory, { recursive: true, force: true })
    }
  },
}

/** The document comes from a server on throw-away data, so that it cannot differ from what a server says. */
async function documentOf(directory: string): Promise<unknown> {
  const { createApp } = await import('../app.ts')
  const log = createLog('silent')
  const database = await startEmbeddedPostgres({ directory, durable: false })
  const nothing = environmentOf({})
  const app = createApp({
    config: await readConfig({ data: directory, port: 0 }, nothing, directory),
    secrets: await readSecrets(nothing, directory),
    log,
    version,
    consoleDirectory,
    database: database.address,
  })
  try {
    const { url } = await app.start()
    const response = await fetch(new URL('/openapi.json', url))
    return await response.json()
  } finally {
    await app.stop()
    await database.stop()
  }
}
