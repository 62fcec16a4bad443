import type { Agent } from '../src/agents/agent.ts'
import { echo } from '../src/agents/backends/echo.ts'
import type { Person } from '../src/channels/telegram/testing/simulator.ts'
import { startTelegramSimulator } from '../src/channels/telegram/testing/simulator.ts'
import { unhurriedTelegram } from '../src/channels/telegram/testing/unhurried.ts'
import { createIds } from '../src/lib/ids.ts'
import { sleep } from '../src/lib/sleep.ts'
import type { Db } from '../src/storage/database.ts'
import { onEachDatabase, percentiles } from './databases.ts'
import { startGateway } from './gateway.ts'
import type { Row } from './run.ts'

const people = 100
const perSecond = 40
const slowMs = 10_000
const rounds = 3

/**
 * A2: a hundred people chat on Telegram; in every second round the agent takes ten seconds for somebody else's
 * message meanwhile. From a message written to its whole answer read, by the simulator, without Telegram's pace.
 */
export function bench(): Promise<Row[]> {
  return onEachDatabase(async ({ db }, address) => {
    const telegram = await startTelegramSimulator()
    const { token, account } = telegram.addBot()
    const yaml = `
channels:
  playground: { enabled: false }
  telegram: { bot_token: "${token}", bot_username: ${account.username}, api_root: "${telegram.url}" }
`
    const gateway = await startGateway(address, yaml, {
      channels: [unhurriedTelegram],
      agents: new Map([['default', sometimesSlow]]),
    })
    const phones = Array.from({ length: people + 1 }, (_, index) => telegram.person({ id: 1000 + index }))
    await connect(db, phones)
    const [slow, ...others] = phones
    if (slow === undefined) throw new Error('Nobody is there.')
    await chat(others, token, 3_000)

    const samples: Record<'alone' | 'beside a slow one', number[]> = { alone: [], 'beside a slow one': [] }
    for (let round = 0; round < rounds; round++) {
      samples.alone.push(...(await chat(others, token, slowMs)))
      const asked = `slow ${round}`
      slow.writes(token, asked)
      samples['beside a slow one'].push(...(await chat(others, token, slowMs - 500)))
      await slow.chatWith(token).untilAnswer((text) => text === asked)
    }
    await gateway.stop()
    await telegram.stop()
    return Object.entries(samples).map(([what, times]): Row => {
      const [p50 = '', p99 = ''] = percentiles(times, [0.5, 0.99])
      return { what, answers: times.length, 'p50 ms': p50, 'p99 ms': p99 }
    })
  })
}

const quick = echo.create({}, { fetch, sleep })
const slowly = echo.create({ delay_ms: slowMs }, { fetch, sleep })
const sometimesSlow: Agent = {
  run: (turn, signal) => (turn.message.text.startsWith('slow') ? slowly : quick).run(turn, signal),
}

/** They write in turn at a steady rate; resolves with the milliseconds that each answer took. */
async function chat(phones: readonly Person[], token: string, ms: number): Promise<number[]> {
  const startedAt = performance.now()
  const answers: Promise<number>[] = []
  for (let sent = 0; (sent * 1000) / perSecond < ms; sent++) {
    await sleep(Math.max(0, startedAt + (sent * 1000) / perSecond - performance.now()))
    const phone = phones[sent % phones.length]
    if (phone !== undefined) answers.push(converse(phone, token, `message at ${performance.now()}`))
  }
  return Promise.all(answers)
}

async function converse(phone: Person, token: string, text: string): Promise<number> {
  const wroteAt = performance.now()
  phone.writes(token, text)
  await phone.chatWith(token).until(({ messages }) => {
    const last = messages.at(-1)
    return last?.from.is_bot === true && last.text === text
  })
  return performance.now() - wroteAt
}

/** One account, to which everybody's chat is connected. */
async function connect(db: Db, phones: readonly Person[]): Promise<void> {
  const newId = createIds(Date.now)
  const [bot] = await db.selectFrom('bots').selectAll().where('channel', '=', 'telegram').execute()
  if (bot === undefined) throw new Error('There is no bot.')
  const user = { id: newId('usr'), name: 'Ada', email: 'ada@example.com', email_verified: true, role: 'user' }
  await db.insertInto('users').values(user).execute()
  const connections = phones.map(({ account }) => ({
    id: newId('con'),
    workspace_id: bot.workspace_id,
    user_id: user.id,
    channel: 'telegram',
    bot_id: bot.id,
    tenant_id: '',
    tenant_name: null,
    external_id: String(account.id),
    external_name: account.first_name,
    status: 'connected' as const,
    scopes: '[]',
    metadata: '{}',
  }))
  await db.insertInto('connections').values(connections).execute()
}
