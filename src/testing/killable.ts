import { enableCompileCache } from 'node:module'
import { join } from 'node:path'
import type { DatabaseAddress } from '../storage/database.ts'

/**
 * A whole gateway as a process that tests can kill: `node killable.ts CONFIG ADDRESS alone|beside [LEASE_MS]`. It is
 * `portico serve` on a database of the test, without the console, with leases that a test can wait for.
 */
enableCompileCache(join(import.meta.dirname, '..', '..', 'node_modules', '.cache', 'portico'))
const [file = '', address = '', company, leaseMs = '1500'] = process.argv.slice(2)
const { environment } = await import('../config/env.ts')
const { readConfig } = await import('../config/config.ts')
const { readSecrets } = await import('../config/secrets.ts')
const { createLog } = await import('../lib/log.ts')
const { createApp } = await import('../app.ts')

const config = await readConfig({ config: file }, environment, process.cwd())
const app = createApp({
  config,
  secrets: await readSecrets(environment, config.dataDir),
  log: createLog(config.log.level),
  version: '0.0.0',
  database: JSON.parse(address) as DatabaseAddress,
  isAlone: company === 'alone',
  consoleDirectory: config.dataDir,
  // Alone, it takes over from the dead at once.
  overrides: company === 'alone' ? {} : { leaseMs: Number(leaseMs) },
})
process.once('SIGTERM', () => void app.stop().then(() => process.exit(0)))
await app.start()
