import type { PoolConfig } from 'pg'
import type { DatabaseAddress } from '../../src/storage/database.ts'

/** For programs that know a pool of pg only. */
export function poolOf(address: DatabaseAddress, max = 20): PoolConfig {
  if ('url' in address) return { connectionString: address.url, max }
  const { socketDirectory: host, port, user, database } = address
  return { host, port, user, database, max }
}
