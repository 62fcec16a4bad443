import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createAudit } from '../audit/audit.ts'
import { environmentOf } from '../config/env.ts'
import { createIds } from '../lib/ids.ts'
import { hashOf } from '../lib/hash-of.ts'
import { sleep, type Sleep } from '../lib/sleep.ts'
import { createTokenHouse, type TokenHouse } from '../tokens/testing/house.ts'
import { createKeyring, createVault, unlockVault } from '../vault/vault.ts'
import { runCli } from './cli.ts'
import { scanAndRevoke, type ScanChoice, type ScanTools } from './tokens-scan.ts'

let house: TokenHouse
let directory: string
beforeAll(async () => {
  house = await createTokenHouse()
})
afterAll(() => house.stop())
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'portico-test-'))
  return () => rm(directory, { recursive: true })
})

const hurriedSleep: Sleep = (_, signal) => sleep(1, signal)
const clock = { now: () => Date.now() }
const put = (name: string, text: string | Buffer) => writeFile(join(directory, name), text)

async function scan(
  paths: string[],
  choice: ScanChoice,
  input = '',
  { answer = false, ...tools }: { answer?: boolean } & Partial<ScanTools> = {},
) {
  const printed: string[] = []
  const print = (text: string) => void printed.push(text)
  const questions: string[] = []
  const code = await scanAndRevoke(
    {
      ...{ db: house.database.db, clock, sleep, patienceMs: 60_000 },
      ...{ directory, print, printError: print },
      ...{ audit: createAudit({ ids: createIds(clock.now), clock }), checkKey: 'of this house' },
      input: Readable.from([Buffer.from(input)]),
      confirm: async (question) => {
        questions.push(question)
        return answer
      },
      ...tools,
    },
    paths,
    choice,
  )
  return { code, output: printed.join('\n'), questions }
}

const isAccepted = async (secret: string) => (await house.tokens.verify(secret)) !== undefined

describe('a leaked token', () => {
  it('is named with where it lies, without its secret, and revoked only when somebody says so', async () => {
    const { id, secret } = await house.issue({ name: 'Nightly\u001b[2J' })
    await put('app.log', `one\nkey=${secret}\n${secret}\n`)
    const told = await scan(['app.log'], 'tell')
    expect(told.code).toBe(3)
    expect(told.output).toContain(
      `${id} "Nightly?[2J" of ada@example.org, …${secret.slice(-4)}: CAN BE USED\n  app.log:2\n  app.log:3`,
    )
    expect(told.output).not.toContain(secret.slice(8, -4))
    const refused = await scan(['app.log'], 'ask')
    expect(refused).toMatchObject({ code: 3, questions: ['Revoke it?'] })
    expect(await isAccepted(secret)).toBe(true)
    const revoked = await scan(['app.log'], 'ask', '', { answer: true })
    expect(revoked.output).toContain('Revoked: 1. All servers know that run (1), after')
    expect(revoked.code).toBe(0)
    expect(await isAccepted(secret)).toBe(false)
    const again = await scan(['app.log'], 'revoke')
    expect(again).toMatchObject({ code: 0, output: expect.stringContaining('revoked already') as string })
    const entries = await house.database.db
      .selectFrom('audit_entries')
      .select(['actor_kind', 'action', 'workspace_id', 'detail'])
      .where('subject_id', '=', id)
      .where('action', '<>', 'api_token.issued')
      .execute()
    const detail = { name: 'Nightly\u001b[2J', reason: 'leaked' }
    const by = { actor_kind: 'operator', workspace_id: 'wsp_1' }
    expect(entries).toEqual([{ ...by, action: 'api_token.revoked', detail }])
  })

  it('that a rotation replaced loses its overlap, and its successor goes on', async () => {
    const { id, secret } = await house.issue()
    const { secret: successor } = await house.issue()
    const { db } = house.database
    await db
      .updateTable('api_token_secrets')
      .set({ token_id: id })
      .where('hash', '=', hashOf(successor))
      .execute()
    await db
      .updateTable('api_token_secrets')
      .set({ ends_at: new Date(Date.now() + 3_600_000) })
      .where('hash', '=', hashOf(secret))
      .execute()
    const { code, output } = await scan(['-'], 'revoke', secret)
    expect([code, output]).toEqual([0, expect.stringContaining('until the overlap of its rotation ends')])
    expect(await scan(['-'], 'revoke', secret)).toMatchObject({
      code: 0,
      output: expect.stringContaining('rotated away already') as string,
    })
    expect(await isAccepted(secret)).toBe(false)
    expect(await isAccepted(successor)).toBe(true)
    // A replica whose clock is behind must not accept it either.
    const { ends_at: end } = await db
      .selectFrom('api_token_secrets')
      .select('ends_at')
      .where('hash', '=', hashOf(secret))
      .executeTakeFirstOrThrow()
    expect(end?.getTime()).toBeLessThan(Date.now() - 59_000)
  })

  it('is said to be accepted still where a server does not follow', async () => {
    const { secret } = await house.issue()
    const { db } = house.database
    const deaf = { replica: 'rep_deaf', applied: 0, blind_ms: 60_000 }
    await db.insertInto('token_replicas').values(deaf).execute()
    const hurry = { patienceMs: 0, sleep: hurriedSleep }
    const { code, output } = await scan(['-'], 'revoke', secret, hurry)
    await db.deleteFrom('token_replicas').where('replica', '=', 'rep_deaf').execute()
    expect([code, output]).toEqual([4, expect.stringContaining('rep_deaf (heard of at')])
  })

  it('is found in directories, beside what is skipped with a word', async () => {
    const { secret } = await house.issue()
    await mkdir(join(directory, 'logs/old'), { recursive: true })
    await put('logs/old/a.log', secret)
    await put('logs/b.bin', Buffer.concat([Buffer.alloc(10), Buffer.from(secret)]))
    await symlink('.', join(directory, 'logs/round'))
    const { code, output } = await scan(['logs', 'gone'], 'tell')
    expect(code).toBe(3)
    expect(output).toContain('Skipped logs/b.bin: it is binary')
    expect(output).toContain('gone could not be read')
    expect(output).toMatch(/CAN BE USED\n {2}logs\/old\/a\.log:1$/m)
    expect((await scan(['logs/b.bin'], 'revoke')).code).toBe(0)
    expect((await scan(['logs', 'gone'], 'revoke')).code).toBe(1)
  })
})

it('what is of others, made up, derived, forgotten or a grant is told apart', async () => {
  const { id, secret } = await house.issue()
  const headOf = (parent: string) => `pd_${Buffer.from(hashOf(parent), 'hex').toString('base64url')}`
  const [foreign, forgotten] = [`pt_live_${'a'.repeat(40)}`, (await house.issue()).secret]
  await house.database.db.deleteFrom('api_token_secrets').where('hash', '=', hashOf(forgotten)).execute()
  const texts = [foreign, forgotten, `${headOf(secret)}.e30.c2ln`, `${headOf('unknown')}.e30.c2ln`]
  const { code, output } = await scan(['-'], 'revoke', `${texts.join('\n')}\npg_${'W'.repeat(80)}.sig`)
  expect(code).toBe(0)
  expect(output.split('\n')).toEqual([
    expect.stringContaining(`A token derived from ${id} "Backup" of ada@example.org: the secret of that one`),
    '  standard input:3',
    'Made here, but not known any more, so they open nothing:',
    '  standard input:2',
    'Of another installation, or made up: 2',
    'Grants of turns, which end within the hour by themselves, ignored: 1',
  ])
  expect(await isAccepted(secret)).toBe(true)
})

it('the command opens the database beside a server, and changes nothing where nobody can be asked', async () => {
  const { db, address } = house.database
  const key = randomBytes(32)
  const keyring = createKeyring(key)
  await unlockVault({ db, keyring })
  const place = { table: 'token_check_keys', row: 'current', field: 'secret' }
  const sealed = createVault({ keyring }).seal('of this house', place)
  await db.insertInto('token_check_keys').values({ id: 'current', secret: sealed }).execute()
  const { id, secret } = await house.issue()
  await put('app.log', secret)
  const run = async (...args: string[]) => {
    const printed: string[] = []
    const print = (text: string) => void printed.push(text)
    const variables = { DATABASE_URL: urlOf(address), PORTICO_MASTER_KEY: key.toString('base64') }
    const environment = environmentOf({ ...variables, PORTICO_LOG_LEVEL: 'silent' })
    const code = await runCli(['tokens', ...args], { environment, directory, print, printError: print })
    return { code, output: printed.join('\n') }
  }
  expect((await run('scan')).output).toContain('portico tokens scan FILE...')
  expect((await run('scan', 'app.log', '--yes', '--dry-run')).code).toBe(1)
  expect((await run('--help')).output).toContain('Usage: portico tokens scan FILE... [OPTIONS]')
  const told = await run('scan', 'app.log')
  expect(told).toMatchObject({ code: 3, output: expect.stringContaining(id) as string })
  expect(told.output).toContain('1 would be revoked')
  expect((await run('scan', 'app.log', '--yes')).output).toContain('Revoked: 1.')
  expect((await run('scan', 'app.log')).code).toBe(0)
})

function urlOf(address: TokenHouse['database']['address']): string {
  if ('url' in address) return address.url
  const { socketDirectory, port, user, database } = address
  return `postgres://${user}@localhost/${database}?host=${encodeURIComponent(socketDirectory)}&port=${port}`
}
