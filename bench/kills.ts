/**
 * A1: Portico is killed with SIGKILL at random moments while people write to its bot on one channel, Telegram unless
 * said; afterwards every message must have been answered exactly once, in order. The simulated platform survives the
 * kills. On the embedded PostgreSQL, which goes down with each kill, and with BENCH_DATABASE_URL also on an outside
 * one.
 *
 * There the leases of the dead run out first, so that a kill takes some ten seconds instead of two.
 *
 *   npm run bench -- kills [--channel telegram] [--kills 200] [--outside-kills 50] [--people 40] [--seed N]
 */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { findChannel } from '../src/channels/catalogue.ts'
import { openDatabase, type Db } from '../src/storage/database.ts'
import { joinEmbeddedPostgres } from '../src/storage/embedded-postgres.ts'
import { phases, type Account } from '../src/testing/crowd.ts'
import { addressOf } from '../src/testing/database.ts'
import { outcomesIn, tryToLoseMessages, type Kill } from '../src/testing/kill-trial.ts'
import type { Row } from './run.ts'

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: {
    channel: { type: 'string', default: 'telegram' },
    kills: { type: 'string', default: '200' },
    'outside-kills': { type: 'string', default: '50' },
    people: { type: 'string', default: '40' },
    seed: { type: 'string', default: String(randomBytes(4).readUInt32LE()) },
  },
})
const { channel } = values
const people = Number(values.people)
const seed = Number(values.seed)

export async function bench(): Promise<Row[]> {
  const outside = process.env['BENCH_DATABASE_URL']
  const rows = [await trial('embedded', Number(values.kills))]
  const outsideKills = Number(values['outside-kills'])
  if (outside !== undefined)
    rows.push(await onFreshDatabase(outside, (url) => trial('outside', outsideKills, url)))
  return rows
}

async function trial(server: string, kills: number, databaseUrl?: string): Promise<Row> {
  const directory = await mkdtemp(join(tmpdir(), 'portico-kills-'))
  const { kills: done, ...result } = await tryToLoseMessages({
    channel,
    people,
    seed,
    pauseMs: 4_000,
    agent: { delay_ms: 200, word_ms: 150 },
    plan: { kills, inStart: 0.2, startMs: 1_500, workMs: 2_000 },
    patienceMs: 45_000,
    directory,
    commandFor: (config) => ({
      args: ['src/main.ts', 'serve', '--config', config, '--data', directory],
      variables: databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl },
      logFile: join(directory, 'log'),
    }),
  })
  const { account: outcome, minutes, stop } = result
  const outcomes = await withDatabase(directory, databaseUrl, outcomesIn)
  await stop()
  const row = rowOf({ server, kills: done, minutes, outcome, outcomes })
  if (isClean(outcome)) await rm(directory, { recursive: true, force: true })
  else console.error(`What happened is in ${directory}`, outcome.strange)
  return row
}

/** Where a send has no key and a message no edit, what was on its way at a kill may come twice. */
function isClean({ written, lost, cutOff, answeredOnce, secondAnswers, outOfOrder }: Account): boolean {
  const abilities = findChannel(channel)?.abilities
  const mayComeTwice = abilities?.idempotentSend === false && abilities.streaming === 'buffer'
  const isOnce = mayComeTwice || (answeredOnce === written && secondAnswers === 0)
  return isOnce && lost + cutOff + outOfOrder === 0
}

interface Result {
  server: string
  kills: Kill[]
  minutes: number
  outcome: Account
  outcomes: Record<string, number>
}

function rowOf({ server, kills, minutes, outcome, outcomes }: Result): Row {
  const accepted = Object.values(outcomes).reduce((sum, count) => sum + count, 0)
  const { strange, ...counts } = outcome
  return {
    channel,
    server,
    seed,
    people,
    kills: kills.length,
    minutes: Math.round(minutes * 10) / 10,
    'in a start': kills.filter(({ during }) => during === 'start').length,
    ...Object.fromEntries(
      phases.map((phase) => [phase, kills.filter((kill) => kill.phases.includes(phase)).length]),
    ),
    ...counts,
    strange: strange.length,
    'accepted, with connect codes': accepted,
    outcomes: JSON.stringify(outcomes),
  }
}

async function withDatabase<T>(
  directory: string,
  url: string | undefined,
  look: (db: Db) => Promise<T>,
): Promise<T> {
  const server =
    url === undefined
      ? await joinEmbeddedPostgres({ directory })
      : { address: { url }, stop: async () => undefined }
  const database = openDatabase(server.address, 1)
  try {
    return await look(database.db)
  } finally {
    await database.close()
    await server.stop()
  }
}

async function onFreshDatabase<T>(url: string, work: (url: string) => Promise<T>): Promise<T> {
  const name = `portico_kills_${randomBytes(4).toString('hex')}`
  const admin = openDatabase({ url }, 1)
  const client = await admin.connect()
  await client.query(`create database ${name}`)
  try {
    const fresh = addressOf({ url }, name)
    return await work('url' in fresh ? fresh.url : url)
  } finally {
    await client.query(`drop database ${name} with (force)`)
    await client.end()
    await admin.close()
  }
}
