import { createLog } from '../../lib/log.ts'
import { sleep } from '../../lib/sleep.ts'
import { openDatabase, type DatabaseAddress } from '../../storage/database.ts'
import { createLanes } from '../lanes-postgres.ts'
import { createSignals } from '../signals-postgres.ts'

/**
 * A worker in a process of its own, to be killed: `node lane-process.ts ADDRESS`. Each message of the queue
 * `victims` is written down in the table `handled` within the transaction that finishes it.
 */
const address = JSON.parse(process.argv[2] ?? '') as DatabaseAddress
const log = createLog('silent')
const database = openDatabase(address, 4)
const signals = await createSignals({ database, log, sleep })
const lanes = createLanes({
  db: database.db,
  signals,
  log,
  sleep,
  replica: String(process.pid),
  leaseMs: 600,
})
lanes.work('victims', {
  maxAttempts: 1_000,
  async handle(message, context) {
    await sleep(1 + Math.random() * 4)
    await database.db.transaction().execute(async (tx) => {
      await lanes.enqueue(tx, [{ queue: 'handled', lane: message.lane, payload: message.payload }])
      await context.finishWithin(tx, 'handled')
    })
    return 'handled'
  },
})
process.stdout.write('ready\n')
