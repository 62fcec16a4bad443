import { compose, type AppOptions, type Stop } from './composition/composition.ts'
import type { Log } from './lib/log.ts'
import { openDatabase } from './storage/database.ts'
import { migrate } from './storage/migrate.ts'

export type { AppOptions, AppOverrides } from './composition/composition.ts'

/** The whole gateway in one process. */
export interface Application {
  /** Opens the database, brings it up to date, connects the bots, and listens. Throws one sentence per failure. */
  start(): Promise<Started>
  /** Ends streams cleanly, hands running turns back, disconnects the bots. Idempotent. */
  stop(): Promise<void>
}

export interface Started {
  url: string
  /** Nobody can sign in yet: whoever signs up first becomes the administrator. */
  needsAdmin: boolean
}

export function createApp(options: AppOptions): Application {
  // What has been started, to be stopped in the opposite order.
  const stops: Stop[] = []
  let stopping: Promise<void> | undefined
  const stop = () => (stopping ??= stopAll(stops, options.log))
  return {
    async start() {
      try {
        return await start(options, stops)
      } catch (error) {
        await stop()
        throw error
      }
    },
    stop,
  }
}

async function start(options: AppOptions, stops: Stop[]): Promise<Started> {
  const database = openDatabase(options.database)
  stops.push(() => database.close())
  await migrate(database.db)
  const gateway = await compose(options, database, stops)
  await gateway.syncBots()
  await gateway.tokens.start()
  gateway.conversations.start()
  gateway.webhooks.start()
  await gateway.keys.credentials.start()
  await gateway.supervisor.start()
  const { host, port } = options.config.server
  const { needsAdmin } = await gateway.identity.setup()
  return { url: await gateway.server.listen({ host, port }), needsAdmin }
}

async function stopAll(stops: Stop[], log: Log): Promise<void> {
  for (const stop of stops.reverse()) {
    try {
      await stop()
    } catch (error) {
      log.error({ err: error }, 'a part of the gateway did not stop cleanly')
    }
  }
}
