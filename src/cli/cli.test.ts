import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createAudit } from '../audit/audit.ts'
import { createBots } from '../channels/bots.ts'
import { catalogue } from '../channels/catalogue.ts'
import { TelegramSimulator } from '../channels/telegram/testing/simulator.ts'
import { environmentOf } from '../config/env.ts'
import { systemClock } from '../lib/clock.ts'
import { createIds } from '../lib/ids.ts'
import type { Db } from '../storage/database.ts'
import { createTestDatabase, type TestDatabase } from '../testing/database.ts'
import { createKeyring, createVault, unlockVault } from '../vault/vault.ts'
import { runCli } from './cli.ts'

let directory: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portico-test-'))
})
afterEach(() => rm(directory, { recursive: true }))

async function run(args: string[], variables: Record<string, string> = {}) {
  const printed: string[] = []
  const print = (text: string) => void printed.push(text)
  const code = await runCli(args, {
    environment: environmentOf(variables),
    directory,
    print,
    printError: print,
  })
  return { code, output: printed.join('\n') }
}

describe('the command line', () => {
  it('explains itself and each command', async () => {
    const { code, output } = await run(['--help'])
    expect(code).toBe(0)
    const names = [...output.matchAll(/^ {2}([a-z-]+) {2,}/gm)].map(([, name = '']) => name)
    expect(names).toContain('serve')
    for (const name of names) {
      const help = await run([name, '--help'])
      expect(help.code).toBe(0)
      expect(help.output).toContain(`Usage: portico ${name}`)
    }
  })

  it.each([
    [['srve'], /There is no command srve\. Did you mean serve\?/],
    [['doctor', '--prt', '1'], /Unknown option '--prt'/],
    [['serve', '--port', 'high'], /--port must be a number/],
    [['serve', '--config', 'gone.yaml'], /cannot be read/],
    [['migrate', 'now'], /Unexpected argument 'now'/],
    [['create-admin'], /--email ADDRESS/],
  ])('refuses %j in a sentence', async (args, sentence) => {
    const { code, output } = await run(args)
    expect(code).toBe(1)
    expect(output).toMatch(sentence)
    expect(output).not.toContain('    at ')
  })

  it('says that nothing answers where DATABASE_URL points', async () => {
    const { code, output } = await run(['migrate'], { DATABASE_URL: 'postgres://127.0.0.1:1/none' })
    expect([code, output]).toEqual([1, expect.stringContaining('Nothing answers at 127.0.0.1:1')])
  })
})

describe('portico doctor', () => {
  it('is content with an untouched machine and makes nothing', async () => {
    const { code, output } = await run(['doctor', '--port', '0'])
    expect(output).toContain('Nothing is wrong.')
    expect(code).toBe(0)
    await rm(join(directory, '.portico'), { recursive: true }).then(
      () => expect.fail('The doctor made a data directory.'),
      () => undefined,
    )
  })

  it('examines a database that is up to date', async () => {
    const database = await createTestDatabase()
    const url = urlOf(database)
    const key = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64')
    const { output } = await run(['doctor', '--port', '0'], { DATABASE_URL: url, PORTICO_MASTER_KEY: key })
    expect(output).toMatch(/ok {4}database: PostgreSQL \d+/)
    expect(output).toMatch(/ok {4}clock: within \d+ ms/)
    expect(output).toContain('migrations: all applied')
    expect(output).toContain('master key: opens what this database holds')
    const keys = () => database.db.selectFrom('vault_keys').selectAll().execute()
    expect(await keys()).toEqual([])

    await unlockVault({ db: database.db, keyring: createKeyring(Buffer.from(key, 'base64')) })

    const other = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64')
    const wrong = await run(['doctor', '--port', '0'], { DATABASE_URL: url, PORTICO_MASTER_KEY: other })
    expect(wrong.output).toContain('BAD   master key')
    expect(wrong.code).toBe(1)
    await database.drop()
  })

  it('tries the bots that were added in the console', async () => {
    const telegram = new TelegramSimulator(Date.now)
    await telegram.listen(0)
    const { token } = telegram.addBot({ username: 'added_bot' })
    const database = await createTestDatabase()
    const key = randomBytes(32)
    await addBots(database.db, key, [
      { name: 'Welcome', settings: { bot_token: token, bot_username: 'added_bot', api_root: telegram.url } },
      { name: 'Gone', settings: { bot_token: '1:x', bot_username: 'gone_bot', api_root: telegram.url } },
    ])
    const { code, output } = await run(['doctor', '--port', '0'], {
      DATABASE_URL: urlOf(database),
      PORTICO_MASTER_KEY: key.toString('base64'),
    })
    expect(output).toContain('ok    bot Welcome: Telegram knows the bot as added_bot')
    expect(output).toMatch(/BAD {3}bot Gone: .*correct its credentials in the console/)
    expect(code).toBe(1)
    await database.drop()
    await telegram.stop()
  })

  it('takes a number of an agent from a variable', async () => {
    await writeFile(join(directory, 'portico.yaml'), 'agents: { default: { kind: echo, delay_ms: $PAUSE } }')
    const { output } = await run(['doctor', '--port', '0'], { PAUSE: '250' })
    expect(output).toContain('ok    agent: default, of kind echo')
    const wrong = await run(['doctor', '--port', '0'], { PAUSE: 'soon' })
    expect(wrong.output).toMatch(/BAD {3}agents: agents\.default\.delay_ms: must be a number/)
  })

  it('says which providers people can connect to, and what is wrong with one', async () => {
    const yaml = 'integrations: { providers: { github: { client_id: $ID, client_secret: $SECRET } } }'
    await writeFile(join(directory, 'portico.yaml'), yaml)
    const { output } = await run(['doctor', '--port', '0'], { ID: 'id', SECRET: 'the secret' })
    expect(output).toMatch(/look {2}providers: GitHub.* by OAuth; .*\/oauth\/callback/)
    expect(output).not.toContain('the secret')
    await writeFile(join(directory, 'portico.yaml'), yaml.replace('client_id', 'cleint_id'))
    const wrong = await run(['doctor', '--port', '0'], { ID: 'id', SECRET: 'the secret' })
    expect(wrong.output).toMatch(/BAD {3}providers: integrations\.providers\.github.*client_id/)
    expect(wrong.code).toBe(1)
  })

  it('reads .env of the working directory, over which the environment wins', async () => {
    await writeFile(join(directory, 'portico.yaml'), 'agents: { default: { kind: echo, delay_ms: $PAUSE } }')
    await writeFile(join(directory, '.env'), '# of the agent\nPAUSE=soon\n')
    expect((await run(['doctor', '--port', '0'])).output).toMatch(/delay_ms: must be a number/)
    expect((await run(['doctor', '--port', '0'], { PAUSE: '1' })).output).toContain('ok    agent: default')
  })

  it('names everything that is wrong', async () => {
    const taken = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const { port } = taken.address() as { port: number }
    const yaml = [
      `server: { port: ${port}, public_url: "http://127.0.0.1:1" }`,
      'database: { url: "postgres://127.0.0.1:1/none" }',
      'redis: { url: "redis://127.0.0.1:1" }',
      'agents: { default: { kind: gide } }',
      'channels: { telegrm: {}, telegram: { bot_token: $GONE, bot_username: x } }',
    ]
    await writeFile(join(directory, 'portico.yaml'), yaml.join('\n'))
    const { code, output } = await run(['doctor'])
    taken.close()
    expect(code).toBe(1)
    expect(output).toMatch(/BAD {3}database: Nothing answers at 127\.0\.0\.1:1/)
    expect(output).toMatch(/BAD {3}port: Another program listens/)
    expect(output).toMatch(/look {2}public URL: .* does not lead to a running Portico/)
    expect(output).toMatch(/BAD {3}Redis: does not answer/)
    expect(output).toMatch(/BAD {3}agents: .*guide/)
    expect(output).toMatch(/BAD {3}telegrm: .*Did you mean telegram\?/)
    expect(output).toMatch(/look {2}telegram: not complete: set channels\.telegram\.bot_token/)
    expect(output).toMatch(/look {2}configuration: .*variable GONE is not set/)
  })
})

function urlOf({ address }: TestDatabase): string {
  if ('url' in address) return address.url
  const { socketDirectory, port, user, database } = address
  return `postgres://${user}@localhost/${database}?host=${encodeURIComponent(socketDirectory)}&port=${port}`
}

async function addBots(db: Db, key: Buffer, added: { name: string; settings: Record<string, string> }[]) {
  const keyring = createKeyring(key)
  await unlockVault({ db, keyring })
  const ids = createIds(Date.now)
  const signals = { send: async () => undefined }
  const audit = createAudit({ ids, clock: systemClock })
  const vault = createVault({ keyring })
  const homeWorkspace = async () => 'wsp_home'
  const bots = createBots({ vault, ids, signals, audit, channels: catalogue, homeWorkspace })
  await db.insertInto('workspaces').values({ id: 'wsp_home', name: 'Home' }).execute()
  const usual = { workspaceId: 'wsp_home', channel: 'telegram', agent: 'default', enabled: true } as const
  for (const bot of added)
    await db
      .transaction()
      .execute((tx) => bots.save(tx, { id: ids('bot'), source: 'runtime', ...usual, ...bot }))
}
