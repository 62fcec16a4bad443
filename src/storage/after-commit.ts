import {
  PostgresDialect,
  PostgresDriver,
  type DatabaseConnection,
  type Driver,
  type PostgresDialectConfig,
  type TransactionSettings,
} from 'kysely'
import type { Tx } from './database.ts'

type PostgresConnection = Parameters<PostgresDriver['rollbackTransaction']>[0]

const waiting = new WeakMap<DatabaseConnection, (() => void)[]>()

/**
 * Calls back once the transaction has committed, never if it rolls back; not at all if the process dies in
 * between. For waking others in this process or elsewhere: NOTIFY inside a transaction would hold a lock on all
 * other notifying transactions until its commit is on disk.
 */
export async function afterCommit(tx: Tx, callback: () => void): Promise<void> {
  await tx.getExecutor().provideConnection(async (connection) => {
    const callbacks = waiting.get(connection)
    if (callbacks === undefined) throw new Error('This transaction does not come from openDatabase.')
    callbacks.push(callback)
  })
}

/** Kysely's dialect for PostgreSQL, with `afterCommit`. */
export class CommitAwareDialect extends PostgresDialect {
  readonly #config: PostgresDialectConfig

  constructor(config: PostgresDialectConfig) {
    super(config)
    this.#config = config
  }

  override createDriver(): Driver {
    return new CommitAwareDriver(this.#config)
  }
}

class CommitAwareDriver extends PostgresDriver {
  override async beginTransaction(
    connection: DatabaseConnection,
    settings: TransactionSettings,
  ): Promise<void> {
    waiting.set(connection, [])
    await super.beginTransaction(connection, settings)
  }

  override async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await super.commitTransaction(connection)
    const callbacks = waiting.get(connection) ?? []
    waiting.delete(connection)
    for (const callback of callbacks) queueMicrotask(callback)
  }

  override async rollbackTransaction(connection: PostgresConnection): Promise<void> {
    waiting.delete(connection)
    await super.rollbackTransaction(connection)
  }
}
