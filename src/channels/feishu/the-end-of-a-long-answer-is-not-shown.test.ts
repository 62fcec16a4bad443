import { afterEach, beforeEach, expect, it } from 'vitest'
import { canEdit, type CanEdit, type Channel } from '../channel.ts'
import { createChannel, setStage, type Stage } from './testing/stage.ts'

let stage: Stage
let channel: Channel & CanEdit
beforeEach(async () => {
  stage = await setStage()
  const made = createChannel(stage, undefined, { now: () => stage.simulator.now() })
  if (!canEdit(made)) throw new Error('it cannot edit')
  channel = made
})
afterEach(() => stage.simulator.stop())

const texts = () => stage.room.messages().map(({ text, isGrowing }) => [text, isGrowing])

function open() {
  const to = { chatId: stage.chat.id, kind: 'private' } as const
  return channel.send(to, { text: 'begin', plain: 'begin', growing: true }, 'key')
}

it('never: after ten minutes the platform drops what is added to a card, so the card is replaced', async () => {
  const sent = await open()
  stage.simulator.pass(10.5 * 60_000)
  await channel.edit(sent, { text: 'begin, middle', plain: '', growing: true })
  expect(texts()).toEqual([['begin, middle', false]])
  await channel.edit(sent, { text: 'begin, middle, end', plain: '' })
  expect(texts()).toEqual([['begin, middle, end', false]])
})

it.each([300309, 200850])(
  'never: the platform closed the card with %i, and no call is wasted on it',
  async (code) => {
    const sent = await open()
    const fault = { kind: 'refuse', code, message: 'streaming mode is closed' } as const
    stage.simulator.faults.add({ call: /\/content$/, fault, times: 100 })
    await channel.edit(sent, { text: 'a', plain: '', growing: true })
    await channel.edit(sent, { text: 'a b', plain: '', growing: true })
    await channel.edit(sent, { text: 'a b c', plain: '' })
    expect(texts()).toEqual([['a b c', false]])
    expect(stage.simulator.calls.filter((call) => call.endsWith('/content'))).toHaveLength(1)
  },
)

it('never: what outgrew a card is told, and goes out as a text', async () => {
  const sent = await open()
  const text = '"'.repeat(20_000)
  await expect(channel.edit(sent, { text, plain: text })).rejects.toMatchObject({ kind: 'gone' })
  await channel.send({ chatId: stage.chat.id, kind: 'private' }, { text, plain: text }, 'again')
  expect(texts().at(-1)).toEqual([text, false])
})
