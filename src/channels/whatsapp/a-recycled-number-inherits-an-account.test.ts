import { afterEach, beforeEach, expect, it } from 'vitest'
import { startStage } from './testing/stage.ts'

let stage: Awaited<ReturnType<typeof startStage>>
let count: number
beforeEach(async () => {
  stage = await startStage()
  count = 0
})
afterEach(() => stage.simulator.stop())

const number = '15550200077'
const scoped = 'US.13000000000000000001'
const other = 'US.13000000000000000002'

/** The id that somebody is given who writes with these ids. */
async function idOf(ids: { from?: string; from_user_id?: string }) {
  count += 1
  const message = {
    ...ids,
    id: `wamid.${count}`,
    timestamp: '1800000000',
    type: 'text',
    text: { body: 'hi' },
  }
  const { messages } = await stage.accept(stage.bot.envelope([], { messages: [message] }))
  expect(messages[0]?.chat.chatId).toBe(messages[0]?.sender.id)
  return messages[0]?.sender.id
}

it('a person keeps the number as their id when WhatsApp hides it later', async () => {
  expect(await idOf({ from: number, from_user_id: scoped })).toBe(number)
  expect(await idOf({ from_user_id: scoped })).toBe(number)
})

it('a person keeps the user id as their id when WhatsApp shows the number later', async () => {
  expect(await idOf({ from_user_id: scoped })).toBe(scoped)
  expect(await idOf({ from: number, from_user_id: scoped })).toBe(scoped)
})

it('somebody else with the same number is somebody else', async () => {
  expect(await idOf({ from: number, from_user_id: scoped })).toBe(number)
  expect(await idOf({ from: number, from_user_id: other })).toBe(other)
  expect(await idOf({ from: number, from_user_id: scoped })).toBe(number)
})

it('a number without a user id is the number', async () => {
  expect(await idOf({ from: number })).toBe(number)
})
