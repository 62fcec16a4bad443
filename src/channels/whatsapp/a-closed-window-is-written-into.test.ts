import { afterEach, beforeEach, expect, it } from 'vitest'
import { canShowTyping, type ChatAddress } from '../channel.ts'
import { startStage } from './testing/stage.ts'

const day = 24 * 60 * 60 * 1000
const text = { text: 'here you are', plain: 'here you are' }
let stage: Awaited<ReturnType<typeof startStage>>
let to: ChatAddress

async function start(over = {}) {
  stage = await startStage(over)
  to = { chatId: stage.ada.id, kind: 'private' }
}
beforeEach(() => start())
afterEach(() => stage.simulator.stop())

/** The person writes, and it is committed. */
async function adaWrites(id: string) {
  const message = {
    from: stage.ada.id,
    id,
    timestamp: String(stage.clock.now / 1000),
    type: 'text',
    text: { body: 'hi' },
  }
  stage.room.lastInboundAt = stage.clock.now
  return stage.accept(stage.bot.envelope([], { messages: [message] }))
}

const answers = () => stage.room.messages().map((message) => message.text)

it('waits for the person a day after they wrote, and asks WhatsApp nothing', async () => {
  await adaWrites('wamid.A')
  stage.clock.now += day - 1
  await stage.channel.send(to, text, 'key-1')
  stage.clock.now += 1
  stage.room.lastInboundAt = stage.clock.now
  await expect(stage.channel.send(to, text, 'key-2')).rejects.toMatchObject({ kind: 'awaits_person' })
  expect(answers()).toEqual(['here you are'])
})

it('waits for the person when WhatsApp says so', async () => {
  stage.bot.faults.quota?.()
  await expect(stage.channel.send(to, text, 'key-1')).rejects.toMatchObject({
    kind: 'awaits_person',
    code: '131047',
  })
})

it('waits for the person when WhatsApp says so only later', async () => {
  const errors = [{ code: 131047 }]
  const failed = {
    id: 'wamid.O',
    status: 'failed',
    timestamp: '1800000001',
    recipient_id: stage.ada.id,
    errors,
  }
  await stage.accept(stage.bot.envelope([], { statuses: [failed] }))
  await expect(stage.channel.send(to, text, 'key-1')).rejects.toMatchObject({ kind: 'awaits_person' })
  stage.clock.now += 60_000
  await adaWrites('wamid.A')
  await stage.channel.send(to, text, 'key-1')
  expect(answers()).toEqual(['here you are'])
})

it('knows whose window is closed when only the user id is named', async () => {
  const ids = { from: stage.ada.id, from_user_id: 'US.13000000000000000001' }
  const hello = { ...ids, id: 'wamid.A', timestamp: '1800000000', type: 'text', text: { body: 'hi' } }
  await stage.accept(stage.bot.envelope([], { messages: [hello] }))
  const errors = [{ code: 131047 }]
  const recipient = { recipient_user_id: ids.from_user_id }
  const failed = { id: 'wamid.O', status: 'failed', timestamp: '1800000001', ...recipient, errors }
  await stage.accept(stage.bot.envelope([], { statuses: [failed] }))
  await expect(stage.channel.send(to, text, 'key-1')).rejects.toMatchObject({ kind: 'awaits_person' })
})

it('is not opened by an old message that arrives late', async () => {
  await adaWrites('wamid.NEW')
  const now = stage.clock.now
  stage.clock.now -= 2 * day
  await adaWrites('wamid.OLD')
  stage.clock.now = now + day - 1
  stage.room.lastInboundAt = now
  await stage.channel.send(to, text, 'key-1')
  expect(answers()).toEqual(['here you are'])
})

it('asks the person once with the template, until they write and fall silent again', async () => {
  await stage.simulator.stop()
  await start({ template_name: 'please_write', template_language: 'de' })
  await adaWrites('wamid.A')
  stage.clock.now += day
  const both = [stage.channel.send(to, text, 'key-1'), stage.channel.send(to, text, 'key-2')]
  for (const outcome of await Promise.allSettled(both))
    expect(outcome).toMatchObject({ reason: { kind: 'awaits_person' } })
  await expect(stage.channel.send(to, text, 'key-1')).rejects.toMatchObject({ kind: 'awaits_person' })
  expect(stage.room.templates).toEqual(['please_write'])
  await adaWrites('wamid.B')
  await stage.channel.send(to, text, 'key-1')
  stage.clock.now += day
  await expect(stage.channel.send(to, text, 'key-3')).rejects.toMatchObject({ kind: 'awaits_person' })
  expect(stage.room.templates).toEqual(['please_write', 'please_write'])
})

it('says what is wrong with the template and asks again when that is mended', async () => {
  await stage.simulator.stop()
  await start({ template_name: 'not_approved' })
  stage.bot.faults.quota?.()
  await expect(stage.channel.send(to, text, 'key-1')).rejects.toMatchObject({ code: '132001' })
  stage.bot.templates.add('not_approved')
  await expect(stage.channel.send(to, text, 'key-1')).rejects.toMatchObject({ kind: 'awaits_person' })
  expect(stage.room.templates).toEqual(['not_approved'])
})

it('shows that it types on the newest message of the person, and marks it as read', async () => {
  if (!canShowTyping(stage.channel)) throw new Error('it shows no typing')
  await stage.channel.showTyping(to)
  expect(stage.room.read).toEqual([])
  const id = stage.room.say(stage.ada, { type: 'text', text: { body: 'hi' } })
  await adaWrites(id)
  await stage.channel.showTyping(to)
  expect(stage.room.read).toEqual([{ messageId: id, isTyping: true }])
})
