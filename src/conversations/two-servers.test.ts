import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTelegramSimulator, type TelegramSimulator } from '../channels/telegram/testing/simulator.ts'
import { createTestDatabase, type TestDatabase } from '../testing/database.ts'
import { GatewayProcess } from '../testing/gateway-process.ts'
import { Person, textOfStream } from '../testing/person.ts'

let database: TestDatabase
let directory: string
let telegram: TelegramSimulator
let token: string
let first: GatewayProcess
let second: GatewayProcess
let dead: GatewayProcess

beforeAll(async () => {
  database = await createTestDatabase()
  directory = await mkdtemp(join(tmpdir(), 'portico-servers-'))
  telegram = await startTelegramSimulator()
  const bot = telegram.addBot()
  token = bot.token
  const config = join(directory, 'portico.yaml')
  await writeFile(
    config,
    `
agents: { default: { kind: echo, word_ms: 100 } }
channels:
  playground: { enabled: false }
  telegram: { bot_token: "${token}", bot_username: ${bot.account.username}, api_root: "${telegram.url}" }
`,
  )
  const server = () =>
    GatewayProcess.prepare({
      // A lease that a busy machine does not end while its server lives: the turn would begin once more.
      args: ['src/testing/killable.ts', config, JSON.stringify(database.address), 'beside', '4000'],
      variables: { PORTICO_DATA_DIR: directory },
      logFile: join(directory, 'log'),
    })
  ;[first, second] = await Promise.all([server(), server()])
  first.start()
  // The first one holds the bot.
  await telegram.untilCall(({ method }) => method === 'getUpdates')
  second.start()
  await Promise.all([first.untilReady(), second.untilReady()])
})
afterAll(async () => {
  await Promise.all([first.stop(), second.stop()])
  await telegram.stop()
  await database.drop()
  await rm(directory, { recursive: true, force: true })
})

/** Any server may run a turn; most often it is the one that received the message. */
async function holderOfBotRunsTheTurn(): Promise<boolean> {
  const [[lease], [lane]] = await Promise.all([
    database.db.selectFrom('leases').select('owner').where('name', 'like', 'bot:%').execute(),
    database.db
      .selectFrom('lanes')
      .select('owner')
      .where('queue', '=', 'inbox')
      .where('owner', 'is not', null)
      .execute(),
  ])
  return lease?.owner === lane?.owner
}

describe('when one of two servers is killed', () => {
  it(
    'the other takes over its bot and its turn: one answer in the chat, the whole of it for readers',
    { timeout: 60_000 },
    async () => {
      const ada = await Person.signUp(first.url, 'Ada')
      await ada.untilConnectable('telegram')
      const phone = telegram.person({ id: 7 })
      const chat = phone.chatWith(token)
      phone.writes(token, `/start ${await ada.connectCode('telegram')}`)
      await chat.untilAnswer((text) => text.startsWith('Connected as'))

      const words = Array.from({ length: 30 }, (_, index) => `word${index}`).join(' ')
      phone.writes(token, words)
      await chat.untilAnswer((text) => text.startsWith('word0 word1'))
      const [victim, survivor] = (await holderOfBotRunsTheTurn()) ? [first, second] : [second, first]
      const elsewhere = ada.at(survivor.url)
      const [conversation] = (await elsewhere.conversations()).conversations
      const { turn } = await elsewhere.messages(conversation?.id ?? '')
      const reading = elsewhere.stream(turn?.id ?? '')
      phone.writes(token, 'and then')
      await victim.kill()
      dead = victim

      await chat.untilAnswer((text) => text === 'and then')
      const isNotice = (text: string) => /^(Connected as|One moment)/.test(text)
      const answers = chat.messages.filter(({ from, text }) => from.is_bot && !isNotice(text))
      expect(answers.map(({ text }) => text)).toEqual([words, 'and then'])
      const stream = await reading
      const [before = '', after = ''] = stream.split(/^data: .*"data-restart".*$/m)
      expect(words.startsWith(textOfStream(before))).toBe(true)
      expect(textOfStream(after)).toBe(words)
      expect(stream.match(/\[DONE\]/g)).toHaveLength(1)
      expect(await elsewhere.stream(turn?.id ?? '')).toBe(stream)
    },
  )

  it('it holds the bot alone, and the server that comes back does not disturb it', async () => {
    dead.start()
    await dead.untilReady()
    const phone = telegram.person({ id: 7 })
    phone.writes(token, 'still there')
    await phone.chatWith(token).untilAnswer((text) => text === 'still there')
    const conflicts = telegram.calls.filter(({ answer }) =>
      JSON.stringify(answer).includes('"error_code":409'),
    )
    expect(conflicts).toEqual([])
  })
})
