import { readConfig, type Config } from '../config/config.ts'
import { readSecrets } from '../config/secrets.ts'
import { createLog, type Log } from '../lib/log.ts'
import { sleep } from '../lib/sleep.ts'
import type { Application } from '../app.ts'
import { banner } from './banner.ts'
import { buildConsole, consoleDirectory } from './build-console.ts'
import { configFlags, configOptions, listenOptions, type Command, type Context } from './command.ts'
import { startDatabaseServer, type DatabaseServer } from './database-server.ts'
import { StopSignals } from './stop-signals.ts'
import { version } from './version.ts'

/** `portico serve` */
export const serve: Command = {
  about:
    'Runs the server until it is told to stop: the first SIGTERM or Ctrl-C lets running work end (15 s at most), the second stops at once.',
  options: { ...configOptions, ...listenOptions },
  async run(flags, context) {
    const config = await readConfig(configFlags(flags), context.environment, context.directory)
    return await serveWith(config, context)
  },
}

const stopDeadlineMs = 15_000

/** Runs the server for a configuration; `epilogue` is printed below the banner. Returns the exit code. */
export async function serveWith(config: Config, context: Context, epilogue = ''): Promise<number> {
  const log = createLog(config.log.level)
  for (const { path, message } of config.notices) log.warn(`${path} ${message}`)
  const signals = new StopSignals()
  // The database starts while the program is loaded: initdb is another process, and so is the console's build.
  const starting = startDatabaseServer(config, log)
  try {
    const [{ createApp }, secrets, database] = await Promise.all([
      import('../app.ts'),
      readSecrets(context.environment, config.dataDir),
      starting,
      buildConsole({ context, log }),
    ])
    if (secrets.generated)
      log.warn(
        `A master key was generated in ${secrets.file ?? ''}. Keep a copy: without it no stored secret can be read again.`,
      )
    const app = createApp({
      config,
      secrets,
      log,
      version,
      consoleDirectory,
      database: database.address,
      isAlone: config.database.url === undefined,
    })
    const { url, needsAdmin } = await app.start()
    context.print(banner({ config, url, needsAdmin, version }) + epilogue)
    return await runUntilStopped({ app, database, signals, log })
  } finally {
    await starting.then(
      (database) => database.stop(),
      () => undefined,
    )
    signals.dispose()
  }
}

interface Running {
  app: Application
  database: DatabaseServer
  signals: StopSignals
  log: Log
}

async function runUntilStopped({ app, database, signals, log }: Running): Promise<number> {
  const databaseEnded = database.exited.then(() => 'database' as const)
  const reason = await Promise.race([signals.first, databaseEnded])
  log.info(`stopping: ${reason}`)
  const stopped = app.stop().then(() => true)
  const inTime = await Promise.race([stopped, sleep(stopDeadlineMs).then(() => false)])
  if (reason === 'database')
    throw new Error('The embedded database ended although nobody asked it to: start Portico again.')
  if (!inTime) log.warn('not everything ended in time; what was cut off is taken up at the next start')
  return inTime ? 0 : 1
}
