import { createHash } from 'node:crypto'
import { Kysely, type Transaction } from 'kysely'
import pg from 'pg'
import { CommitAwareDialect } from './after-commit.ts'
import type { Tables } from './tables.ts'

/** What every store function takes first: the database, or the transaction that the caller has open. */
export type Db = Kysely<Tables>
export type Tx = Transaction<Tables>

/** How to reach PostgreSQL 15 or later: a URL, or the directory of a unix socket (the embedded server). */
export type DatabaseAddress =
  { url: string } | { socketDirectory: string; port: number; user: string; database: string }

export interface Database {
  db: Db
  /** A connection of its own outside the pool, for LISTEN or a session lock. The caller ends it. */
  connect(): Promise<pg.Client>
  /** Waits for running queries and closes the pool. */
  close(): Promise<void>
}

const maxPreparedStatements = 500

/**
 * A pg client that turns each parametrised query into a named prepared statement, so that hot statements are
 * parsed and planned once per connection. The number of names is bounded; the rest is sent unnamed.
 */
class PreparingClient extends pg.Client {
  readonly #names = new Map<string, string>()

  constructor(config?: pg.ClientConfig) {
    super(config)
    // The pool listens to idle connections only; one that breaks while it is lent would end the process. Whoever has it
    // hears of it by their next query.
    this.on('error', () => undefined)
  }

  // pg's own overloads cannot be restated in one signature; Kysely calls query(text, values) only.
  override query(...args: unknown[]): never {
    const [text, values] = args
    if (typeof text === 'string' && Array.isArray(values) && args.length === 2) {
      const name = this.#nameOf(text)
      if (name !== undefined) return super.query({ name, text, values }) as never
    }
    return Reflect.apply(super.query.bind(this), undefined, args) as never
  }

  #nameOf(text: string): string | undefined {
    const known = this.#names.get(text)
    if (known !== undefined || this.#names.size >= maxPreparedStatements) return known
    const name = createHash('sha256').update(text).digest('base64url').slice(0, 24)
    this.#names.set(text, name)
    return name
  }
}

// int8 holds our sequence numbers and counts, far below 2^53; pg would return them as strings.
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) =>
    oid === pg.types.builtins.INT8 ? Number : (pg.types.getTypeParser(oid, format) as never),
}

/** Opens a pool. `maxConnections` counts the pool only; `connect` adds to it. */
export function openDatabase(address: DatabaseAddress, maxConnections = 20): Database {
  const config: pg.PoolConfig = {
    ...('url' in address
      ? { connectionString: address.url }
      : {
          host: address.socketDirectory,
          port: address.port,
          user: address.user,
          database: address.database,
        }),
    application_name: 'portico',
    types,
  }
  const pool = new pg.Pool({ ...config, max: maxConnections, Client: PreparingClient })
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => undefined)
  const db: Db = new Kysely<Tables>({
    dialect: new CommitAwareDialect({ pool }),
  })
  return {
    db,
    async connect() {
      const client = new pg.Client(config)
      client.on('error', () => undefined)
      await client.connect()
      return client
    },
    close: () => db.destroy(),
  }
}
