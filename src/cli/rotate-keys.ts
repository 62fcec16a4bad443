import { readConfig, type Config } from '../config/config.ts'
import { newMasterKey, readSecrets, writeKeys, type Secrets } from '../config/secrets.ts'
import { createLog } from '../lib/log.ts'
import { openDatabase } from '../storage/database.ts'
import { createKeyring, createVault, rotateKeys, unlockVault, type RotationResult } from '../vault/vault.ts'
import { configFlags, configOptions, type Command, type Context } from './command.ts'
import { joinDatabaseServer } from './database-server.ts'

/** `portico rotate-keys` */
export const rotateKeysCommand: Command = {
  about: `Replaces the master key in two steps, so that every running Portico has the new one before anything needs it.
The first call puts a new key in front of the old one in the key file; restart Portico then. The second call
wraps all secrets with the new key and drops the old one. Keys that come by PORTICO_MASTER_KEY are yours to add
("new,old") and to drop. People sign in again afterwards.`,
  options: configOptions,
  async run(flags, context) {
    const config = await readConfig(configFlags(flags), context.environment, context.directory)
    const secrets = await readSecrets(context.environment, config.dataDir, { isPlainFine: true })
    if (secrets.older.length === 0) return await addKey(secrets, context)
    const result = await rotate(config, secrets)
    return await finish(result, secrets, context)
  },
}

async function addKey({ current, file, wrapper }: Secrets, context: Context): Promise<number> {
  if (file === undefined)
    throw new Error(
      'Put a new key in front of PORTICO_MASTER_KEY ("new,old"), restart Portico, then run this again.',
    )
  await writeKeys(file, [newMasterKey(), current], wrapper)
  context.print(`A new key is in ${file}. Restart Portico (every replica), then run this again.`)
  return 0
}

async function rotate(config: Config, { current, older }: Secrets): Promise<RotationResult> {
  const server = await joinDatabaseServer(config, createLog(config.log.level))
  const database = openDatabase(server.address, 2)
  try {
    const keyring = createKeyring(current, older)
    await unlockVault({ db: database.db, keyring })
    return await rotateKeys({ db: database.db, vault: createVault({ keyring }) })
  } finally {
    await database.close()
    await server.stop()
  }
}

async function finish(
  result: RotationResult,
  { current, file, wrapper }: Secrets,
  context: Context,
): Promise<number> {
  context.print(`Secrets wrapped anew: ${result.rewrapped}.`)
  if (result.refused.length > 0) {
    const places = result.refused.map(({ table, row, field }) => `  ${table} ${row} ${field}`)
    context.print(
      `These did not open and were left; the old key stays until they are entered anew:\n${places.join('\n')}`,
    )
    return 1
  }
  if (file === undefined) {
    context.print('The older keys are not needed any more: take them out of PORTICO_MASTER_KEY.')
  } else {
    await writeKeys(file, [current], wrapper)
    context.print(`The older key was taken out of ${file}.`)
  }
  return 0
}
