import type { Database } from '../storage/database.ts'

/**
 * Runs `work` while nobody else on any replica runs work of the same name; others wait in order. The lock has a
 * connection of its own: those who wait must not take from the pool what the one who works needs.
 */
export async function exclusively<T>(
  connect: Database['connect'],
  name: string,
  work: () => Promise<T>,
): Promise<T> {
  const session = await connect()
  try {
    await session.query('select pg_advisory_lock(hashtextextended($1, 0))', [name])
    return await work()
  } finally {
    await session.end()
  }
}
