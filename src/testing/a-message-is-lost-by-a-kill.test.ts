import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { startTelegramSimulator } from '../channels/telegram/testing/simulator.ts'
import { Crowd } from './crowd.ts'
import { createTestDatabase } from './database.ts'
import { GatewayProcess } from './gateway-process.ts'
import { killAgainAndAgain, outcomesIn } from './kill-trial.ts'
import { Person } from './person.ts'
import { seededRandom } from './random.ts'

const seed = Math.floor(Math.random() * 2 ** 32)

it(`does not happen, and no answer comes twice (seed ${seed})`, { timeout: 120_000 }, async () => {
  const database = await createTestDatabase()
  const directory = await mkdtemp(join(tmpdir(), 'portico-kills-'))
  const telegram = await startTelegramSimulator()
  const { token, account } = telegram.addBot()
  const config = join(directory, 'portico.yaml')
  await writeFile(
    config,
    `
agents: { default: { kind: echo, delay_ms: 100, word_ms: 50 } }
channels:
  playground: { enabled: false }
  telegram: { bot_token: "${token}", bot_username: ${account.username}, api_root: "${telegram.url}" }
`,
  )
  const gateway = await GatewayProcess.prepare({
    args: [join(import.meta.dirname, 'killable.ts'), config, JSON.stringify(database.address), 'alone'],
    variables: { PORTICO_DATA_DIR: directory },
    logFile: join(directory, 'log'),
  })
  try {
    gateway.start()
    await gateway.untilReady()
    const crowd = new Crowd(telegram, { token, people: 5, seed, pauseMs: 400 })
    await crowd.connect(await Person.signUp(gateway.url, 'Ada'))
    crowd.start()
    const random = seededRandom(seed)
    const plan = { kills: 6, random, inStart: 0.2, startMs: 800, workMs: 600 }
    await killAgainAndAgain({ gateway, telegram, crowd }, plan)

    const outcome = await crowd.settle(40_000)
    expect(outcome).toMatchObject({ lost: 0, cutOff: 0, secondAnswers: 0, outOfOrder: 0, strange: [] })
    expect(outcome.answeredOnce).toBe(outcome.written)
    // Everybody's connect code, and what they wrote.
    expect(await outcomesIn(database.db)).toEqual({ handled: 5 + outcome.written })
  } finally {
    await gateway.stop()
    await telegram.stop()
    await database.drop()
    await rm(directory, { recursive: true, force: true })
  }
})
