import { readConfig } from '../config/config.ts'
import { createLog } from '../lib/log.ts'
import { openDatabase } from '../storage/database.ts'
import { migrate } from '../storage/migrate.ts'
import { configFlags, configOptions, type Command } from './command.ts'
import { joinDatabaseServer } from './database-server.ts'

/** `portico migrate` */
export const migrateCommand: Command = {
  about:
    'Brings the database up to date. `portico serve` does so too; this is for those who migrate before they roll out.',
  options: configOptions,
  async run(flags, context) {
    const config = await readConfig(configFlags(flags), context.environment, context.directory)
    const server = await joinDatabaseServer(config, createLog(config.log.level))
    const database = openDatabase(server.address, 2)
    try {
      const applied = await migrate(database.db)
      context.print(applied.length === 0 ? 'Nothing to do.' : `Applied: ${applied.join(', ')}.`)
      return 0
    } finally {
      await database.close()
      await server.stop()
    }
  },
}
