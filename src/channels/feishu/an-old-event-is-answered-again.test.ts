import { afterEach, beforeEach, expect, it } from 'vitest'
import { MemoryInbox } from '../testing/memory-inbox.ts'
import { PlainMemory } from '../testing/plain-memory.ts'
import { createChannel, setStage, startReceiving, type Stage } from './testing/stage.ts'

let stage: Stage
beforeEach(async () => {
  stage = await setStage()
  stage.app.events.redeliversOnConnect = false
})
afterEach(() => stage.simulator.stop())

/** When the platform delivers an event again, counted from its last delivery. */
const steps = [15_000, 5 * 60_000, 60 * 60_000, 6 * 60 * 60_000]

it('never: what was not committed comes after 15 s, 5 min, 1 h and 6 h, across restarts, under the same key', async () => {
  const memory = new PlainMemory()
  const keys: (string | undefined)[] = []
  stage.room.write(stage.ada, 'do not lose me')
  const [delivery] = stage.app.events.deliveries
  for (const step of steps) {
    // A new object each time, as after a restart of the process.
    const inbox = new MemoryInbox(undefined, memory)
    inbox.refusals = 1
    const receiving = startReceiving(createChannel(stage, memory), inbox)
    await receiving.connected
    stage.simulator.pass(step)
    await inbox.until(({ refused }) => refused.length === 1)
    expect(String(await receiving.ended)).toContain('not committed')
    await stage.app.events.until(({ connections }) => connections === 0)
    keys.push(inbox.refused[0]?.messages[0]?.key)
  }
  expect(new Set(keys)).toEqual(new Set([stage.chat.messages[0]?.id]))
  expect(delivery).toMatchObject({ tries: 4, state: 'waiting', answers: [500, 500, 500, 500] })
})

it('never: what was committed too late for the platform has the key of what is there already', async () => {
  const seen: string[] = []
  stage.room.write(stage.ada, 'once')
  for (const step of steps) {
    const receiving = startReceiving(createChannel(stage))
    await receiving.connected
    stage.simulator.pass(step)
    await receiving.inbox.until(({ messages }) => messages.length === 1)
    seen.push(receiving.inbox.messages[0]?.key ?? '')
    await stage.app.events.until(({ deliveries }) => deliveries.every(({ state }) => state === 'confirmed'))
    await receiving.end()
    await stage.app.events.until(({ connections }) => connections === 0)
    // The platform saw no answer in time and counts the delivery as failed.
    for (const delivery of stage.app.events.deliveries) delivery.state = 'waiting'
  }
  expect(new Set(seen).size).toBe(1)
})

it('never: what waits in the process is offered again at once, and the redelivery has its key', async () => {
  const channel = createChannel(stage)
  const inbox = new MemoryInbox()
  const first = startReceiving(channel, inbox)
  await first.connected
  inbox.refusals = 1
  stage.room.write(stage.ada, 'hello')
  await first.ended
  const second = startReceiving(channel)
  await second.inbox.until(({ messages }) => messages.length === 1)
  await stage.app.events.until(({ connections }) => connections === 1)
  stage.simulator.pass(15_000)
  await second.inbox.until(({ messages }) => messages.length === 2)
  await second.end()
  expect(second.inbox.messages.map(({ key }) => key)).toEqual(
    inbox.refused[0]?.messages.flatMap(({ key }) => [key, key]),
  )
})

it('never: a button, which the platform does not deliver again, is kept until it is committed', async () => {
  const channel = createChannel(stage)
  const inbox = new MemoryInbox()
  const first = startReceiving(channel, inbox)
  await first.connected
  const to = { chatId: stage.chat.id, kind: 'private' } as const
  const buttons = [{ label: 'Yes', value: '/approve 7' }]
  await channel.send(to, { text: 'Sure?', plain: 'Sure?', buttons }, 'ask')
  inbox.refusals = 1
  stage.room.press!(stage.ada, stage.room.messages()[0]!.id, 'Yes')
  await first.ended
  const second = startReceiving(channel)
  await second.inbox.until(({ messages }) => messages.length === 1)
  expect(await second.end()).toBeUndefined()
  expect(second.inbox.messages[0]?.text).toBe('/approve 7')
})
