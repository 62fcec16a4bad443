import { stderr, stdin } from 'node:process'
import { createInterface } from 'node:readline/promises'
import { createAudit } from '../audit/audit.ts'
import { readConfig, type Config } from '../config/config.ts'
import { readSecrets } from '../config/secrets.ts'
import { systemClock } from '../lib/clock.ts'
import { createIds } from '../lib/ids.ts'
import { createLog } from '../lib/log.ts'
import { sleep } from '../lib/sleep.ts'
import { openDatabase } from '../storage/database.ts'
import { migrate } from '../storage/migrate.ts'
import { openCheckKey } from '../tokens/tokens.ts'
import { createKeyring, createVault, unlockVault } from '../vault/vault.ts'
import { configFlags, configOptions, type Command, type Context, type Flags } from './command.ts'
import { joinDatabaseServer } from './database-server.ts'
import { scanAndRevoke, type ScanChoice, type ScanTools } from './tokens-scan.ts'

const patienceMs = 5_000

/** `portico tokens scan` */
export const tokensCommand: Command = {
  about: `Finds API tokens of this Portico in files, directories and, with -, standard input, and revokes those that
can still be used, after asking. It may run beside the server; all running servers follow. No part of a token is
printed but its last four characters.

Exit code 0: none can be used, or none any more. 1: something could not be read, or went wrong. 3: some can be used
and were not revoked. 4: they are revoked, but a server has not said yet that it knows.`,
  takes: 'scan FILE...',
  options: {
    ...configOptions,
    'dry-run': { type: 'boolean', about: 'Only say what was found and what would be done.' },
    yes: { type: 'boolean', about: 'Revoke without asking.' },
  },
  async run(flags, context, [verb, ...paths]) {
    if (verb !== 'scan' || paths.length === 0)
      throw new Error('Say where to look: portico tokens scan FILE...')
    const choice = choiceOf(flags, paths)
    const config = await readConfig(configFlags(flags), context.environment, context.directory)
    return await withTools(config, context, (tools) => scanAndRevoke(tools, paths, choice))
  },
}

function choiceOf(flags: Flags, paths: readonly string[]): ScanChoice {
  if (flags['dry-run'] === true && flags['yes'] === true)
    throw new Error('--dry-run and --yes say different things.')
  if (flags['dry-run'] === true) return 'tell'
  if (flags['yes'] === true) return 'revoke'
  return stdin.isTTY && !paths.includes('-') ? 'ask' : 'tell'
}

async function withTools(
  config: Config,
  context: Context,
  work: (tools: ScanTools) => Promise<number>,
): Promise<number> {
  const { current, older } = await readSecrets(context.environment, config.dataDir)
  const server = await joinDatabaseServer(config, createLog(config.log.level))
  const database = openDatabase(server.address, 2)
  try {
    const { db } = database
    await migrate(db)
    const keyring = createKeyring(current, older)
    await unlockVault({ db, keyring })
    const checkKey = await openCheckKey({ db, vault: createVault({ keyring }) })
    const ids = createIds(() => systemClock.now())
    const audit = createAudit({ ids, clock: systemClock })
    const { directory, print, printError } = context
    return await work({
      ...{ db, audit, sleep, checkKey, clock: systemClock },
      ...{ directory, print, printError, patienceMs, input: stdin, confirm },
    })
  } finally {
    await database.close()
    await server.stop()
  }
}

async function confirm(question: string): Promise<boolean> {
  const lines = createInterface({ input: stdin, output: stderr })
  try {
    return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `)).trim())
  } finally {
    lines.close()
  }
}
