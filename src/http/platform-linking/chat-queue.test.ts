import { afterAll, beforeAll, expect, it } from 'vitest'
import { ScriptedAgent } from '../../conversations/testing/scripted-agent.ts'
import { BotService, eventsIn, link } from '../../testing/bot-service.ts'
import type { Person } from '../../testing/person.ts'
import { createWorld, type World } from '../../testing/world.ts'

let world: World
let agent: ScriptedAgent
let ada: Person
let bot: BotService
let elsewhere: BotService
const account = { platform: 'DISCORD', platform_user_id: '7' }

beforeAll(async () => {
  agent = new ScriptedAgent()
  world = await createWorld({ overrides: { agents: new Map([['default', agent]]) } })
  ada = await world.person('Ada')
  bot = await BotService.create(world.url, ada)
  await link(world, ada, { channel: 'discord', externalId: '7' })
  elsewhere = bot.at((await world.replica()).url)
})
afterAll(() => world.stop())

/** The places in the queue that a stream told of. */
function placesIn(stream: string): number[] {
  return eventsIn(stream)
    .filter(({ event }) => event.type === 'data-queue')
    .map(({ event }) => (event.data as { position: number }).position)
}

/** Reads a body as far as a test needs it. */
function readerOf(body: ReadableStream<Uint8Array> | null) {
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader()
  let read = ''
  const until = async (isThere: () => boolean) => {
    while (!isThere()) {
      const { done, value } = (await reader?.read()) ?? { done: true, value: '' }
      if (done) throw new Error(`The stream ended after ${read}`)
      read += value
    }
  }
  return { read: () => read, until }
}

it('ten that ask at once in one session are answered one at a time, and each is told its place', async () => {
  const session_id = await bot.session(account)
  const streams = Array.from({ length: 10 }, (_, n) =>
    (n % 2 === 0 ? bot : elsewhere).says(`wait ${n}`, { ...account, session_id }),
  )
  const answers = await Promise.all(streams)
  const reading = Promise.all(answers.map((answer) => answer.text()))
  for (let done = 0; done < 10; done++) {
    await expect.poll(() => agent.runs.length, { timeout: 15_000 }).toBe(done + 1)
    agent.release(agent.runs[done]?.message.text ?? '')
  }
  const texts = await reading
  const order = agent.runs.map((run) => answers.findIndex(({ turnId }) => turnId === run.id))
  for (const [place, index] of order.entries()) {
    const places = placesIn(texts[index] ?? '')
    if (place === 0) expect(places).toEqual([])
    // Whoever came to the queue later is told no higher place, and nobody is told the same one twice.
    expect(Math.max(0, ...places)).toBeLessThanOrEqual(place)
    expect(places).toEqual([...new Set(places)].toSorted((a, b) => b - a))
  }
  const history = agent.runs.map((run) => run.history.length)
  expect(history).toEqual(history.map((_, n) => 2 * n))
})

it('who waits is told at once, and again when somebody before them is done', async () => {
  const session_id = await bot.session(account)
  const person = { ...account, session_id }
  await bot.says('wait a', person)
  await agent.untilRun('wait a')
  await bot.says('wait b', person)
  const last = await elsewhere.says('wait c', person)
  const { read, until } = readerOf(last.body)
  await until(() => placesIn(read()).includes(2))
  agent.release('wait a')
  await until(() => placesIn(read()).includes(1))
  expect(placesIn(read())).toEqual([2, 1])
  expect(read()).not.toContain('id:')
  agent.release('wait b')
  agent.release('wait c')
  await until(() => read().includes('[DONE]'))
  expect(placesIn(read())).toEqual([2, 1])

  // The place is told in passing: who reads it again is not told of it.
  expect(placesIn(await (await elsewhere.resumes(last.turnId, 0)).text())).toEqual([])
})

it('readers in the console are told their place as well', async () => {
  const { id } = await ada.begin()
  await ada.turn(id, 'wait first')
  const second = await ada.turn(id, 'then this')
  await agent.untilRun('wait first')
  const response = await ada.ask('GET', `/api/turns/${second}/stream`)
  const { read, until } = readerOf(response.body)
  await until(() => placesIn(read()).includes(1))
  agent.release('wait first')
  await until(() => read().includes('[DONE]'))
  expect(placesIn(read())).toEqual([1])
})
