import type { Config } from '../config/config.ts'
import type { Log } from '../lib/log.ts'
import type { DatabaseAddress } from '../storage/database.ts'

/** The PostgreSQL server that the configuration means. */
export interface DatabaseServer {
  address: DatabaseAddress
  /** Settles when a server of ours ends; never for one of others. */
  exited: Promise<void>
  stop(): Promise<void>
}

/** Starts the embedded server, or points at the one of DATABASE_URL. For `serve`: nobody else may have the directory. */
export async function startDatabaseServer(config: Config, log: Log): Promise<DatabaseServer> {
  return (
    outside(config) ?? (await (await embedded()).startEmbeddedPostgres({ directory: config.dataDir, log }))
  )
}

/** The same for commands that may be run beside a server that is up: they borrow its database. */
export async function joinDatabaseServer(config: Config, log: Log): Promise<DatabaseServer> {
  return (
    outside(config) ?? (await (await embedded()).joinEmbeddedPostgres({ directory: config.dataDir, log }))
  )
}

function outside({ database: { url } }: Config): DatabaseServer | undefined {
  if (url === undefined) return undefined
  return { address: { url }, exited: new Promise(() => undefined), stop: async () => undefined }
}

function embedded() {
  return import('../storage/embedded-postgres.ts')
}
