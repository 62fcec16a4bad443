import { systemClock } from '../../../lib/clock.ts'
import { createLog } from '../../../lib/log.ts'
import { openDatabase, type DatabaseAddress } from '../../../storage/database.ts'
import { createTokenUsage } from '../create-usage.ts'

/**
 * A process that uses a token without end, to be killed: `node usage-process.ts ADDRESS TOKEN HASH EVERY_MS`. It says
 * how many uses there will be before it notes them.
 */
const [address = '', token = '', hash = '', everyMs = ''] = process.argv.slice(2)
const { db } = openDatabase(JSON.parse(address) as DatabaseAddress, 2)
const usage = createTokenUsage({
  db,
  clock: systemClock,
  log: createLog('silent'),
  everyMs: Number(everyMs),
})
let announced = 0
setInterval(() => {
  announced += 10
  process.stdout.write(`${announced}\n`)
  for (let use = 0; use < 10; use++) usage.used(token, hash, systemClock.now())
}, 2)
