import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { DatabaseAddress, Db } from '../src/storage/database.ts'
import { BotService, link } from '../src/testing/bot-service.ts'
import { Person } from '../src/testing/person.ts'
import type { ChatOrder, ChatReport } from './chat-clients.ts'
import { onEachDatabase, percentiles } from './databases.ts'
import { startGateway } from './gateway.ts'
import type { Row } from './run.ts'

const rounds = Number(process.env['BENCH_ROUNDS'] ?? 5)
/** An answer of half a second: what a quick model takes for two sentences. */
const words = 50
const wordMs = 10

/**
 * The chat proxy beside a direct call to the same agent server: callers, gateway and agent server are a process each.
 * Per number of callers both are asked in turns, in one run. Wanted: a first word at most 10 ms later (p50), and at
 * least 0.7 of the answers per second.
 */
export function bench(): Promise<Row[]> {
  return onEachDatabase(({ db }, address) => measure(db, address))
}

async function measure(db: Db, address: DatabaseAddress): Promise<Row[]> {
  const server = start('agent-server.ts', String(wordMs))
  const [agentUrl] = (await once(server, 'message')) as [string]
  const yaml = `agents: { default: { kind: openai, base_url: "${agentUrl}", model: test-model } }`
  const gateway = await startGateway(address, yaml)
  const person = await Person.signUp(gateway.url, 'Ada')
  const { id, key } = await person.post<{ id: string; key: string }>('/api/bot-keys', { name: 'Helper' })
  await link({ database: { db } }, person, { channel: 'discord', externalId: '7', keyId: id })
  const bot = new BotService(gateway.url, key, id)
  await (await bot.says('Are you there?', { user_id: person.id })).text()

  const message = Array.from({ length: words }, (_, n) => `word${n}`).join(' ')
  const type = { 'content-type': 'application/json' }
  const direct = {
    url: `${agentUrl}/chat/completions`,
    headers: type,
    body: JSON.stringify({
      model: 'test-model',
      stream: true,
      messages: [{ role: 'user', content: message }],
    }),
    word: '"content":"word0',
    end: '[DONE]',
  }
  const proxied = {
    url: new URL('/api/platform-linking/chat/stream', gateway.url).href,
    headers: { ...type, 'x-bot-api-key': key },
    body: JSON.stringify({ message, platform: 'DISCORD', platform_user_id: '7' }),
    word: '"delta":"word0',
    end: '[DONE]',
  }
  const clients = start('chat-clients.ts')
  const rows: Row[] = []
  for (const atOnce of [1, 16, 64]) rows.push(await compare(clients, direct, proxied, atOnce))
  clients.disconnect()
  await gateway.stop()
  server.disconnect()
  return rows
}

type Asked = Omit<ChatOrder, 'answers' | 'atOnce'>

async function compare(
  clients: ChildProcess,
  ...[direct, proxied, atOnce]: [Asked, Asked, number]
): Promise<Row> {
  const answers = Math.max(10, atOnce * 4)
  await tell(clients, { ...proxied, answers: atOnce, atOnce })
  const reports: [direct: ChatReport, proxied: ChatReport][] = []
  for (let round = 0; round < rounds; round++)
    reports.push([
      await tell(clients, { ...direct, answers, atOnce }),
      await tell(clients, { ...proxied, answers, atOnce }),
    ])
  const [directly, through] = [0, 1].map((which) => {
    const all = reports.map((pair) => pair[which]).filter((report) => report !== undefined)
    const [p50 = NaN, p99 = NaN] = percentiles(
      all.flatMap(({ firstWords }) => firstWords),
      [0.5, 0.99],
    )
    const ms = all.reduce((sum, report) => sum + report.ms, 0)
    return { p50, p99, perSecond: (rounds * answers * 1000) / ms }
  })
  if (directly === undefined || through === undefined) throw new Error('Nothing was measured.')
  return {
    callers: atOnce,
    answers: rounds * answers,
    'direct p50 ms': directly.p50,
    'direct p99 ms': directly.p99,
    'proxy p50 ms': through.p50,
    'proxy p99 ms': through.p99,
    'added p50 ms': rounded(through.p50 - directly.p50),
    'direct per second': rounded(directly.perSecond),
    'proxy per second': rounded(through.perSecond),
    'of direct': Math.round((through.perSecond / directly.perSecond) * 100) / 100,
  }
}

async function tell(clients: ChildProcess, order: ChatOrder): Promise<ChatReport> {
  clients.send(order)
  const [report] = (await once(clients, 'message')) as [ChatReport]
  return report
}

function start(file: string, ...args: string[]): ChildProcess {
  const child = fork(join(import.meta.dirname, file), args)
  child.once('exit', (code) => {
    if (code !== null && code !== 0) throw new Error(`${file} ended with ${code}.`)
  })
  return child
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10
}
