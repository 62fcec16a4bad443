import { afterEach, beforeEach, expect, it } from 'vitest'
import { canEdit, canShowTyping } from '../channel.ts'
import { startStage } from './testing/stage.ts'

let stage: Awaited<ReturnType<typeof startStage>>
beforeEach(async () => {
  stage = await startStage()
})
afterEach(() => stage.simulator.stop())

const text = { text: 'hi', plain: 'hi' }

it('an answer in a group grows by edits', async () => {
  if (!canEdit(stage.channel)) throw new Error('it has no edits')
  const group = stage.bot.addGroup('Club')
  const sent = await stage.channel.send(
    { chatId: group.id, kind: 'group' },
    { text: '', plain: '', growing: true },
    'key',
  )
  expect(group.messages().map((message) => message.text)).toEqual(['…'])
  await stage.channel.edit(sent, { text: 'one', plain: 'one', growing: true })
  await stage.channel.edit(sent, { text: 'one two', plain: 'one two' })
  expect(group.messages().map((message) => message.text)).toEqual(['one two'])
})

it('an answer in a channel stays in its thread', async () => {
  const room = stage.bot.addChannel('General')
  const question = room.write(stage.ada, 'what is new?')
  const to = { chatId: room.id, kind: 'group', topicId: question, replyTo: question } as const
  await stage.channel.send(to, text, 'key')
  const answer = room.messages().at(-1)!
  expect(room.find(answer.id)?.threadId).toBe(question)
  if (!canEdit(stage.channel) || !canShowTyping(stage.channel)) throw new Error('it cannot edit')
  await stage.channel.showTyping(to)
  expect(room.typing).toBe(1)
})

it('answers go to the address that the conversation named last', async () => {
  await stage.accept({
    ...stage.payload('personal'),
    conversation: { conversationType: 'personal', tenantId: 't', id: stage.room.id },
  })
  expect(await stage.memory.read(`conversation ${stage.room.id}`)).toMatchObject({
    service_url: stage.bot.serviceUrl,
    bot_id: stage.bot.accountId,
  })
  const again = await stage.accept({
    ...stage.payload('personal'),
    conversation: { conversationType: 'personal', tenantId: 't', id: stage.room.id },
  })
  expect(again.memory).toBeUndefined()
})

it('says once that the bot was added, although Teams says it twice', async () => {
  const group = stage.payload('bot-added')
  const first = await stage.accept({ ...group, id: 'one' })
  const second = await stage.accept({
    ...stage.payload('installed'),
    conversation: group['conversation'],
    id: 'two',
  })
  const redelivered = await stage.accept({ ...group, id: 'one' })
  const later = await stage.accept({ ...group, id: 'three', timestamp: '2027-01-16T08:00:00.000Z' })
  expect([first, second, redelivered, later].map(({ messages }) => messages.length)).toEqual([1, 0, 0, 1])
})

it('says gone where it cannot write any more', async () => {
  const unknown = stage.channel.send({ chatId: '19:none@thread.v2', kind: 'group' }, text, 'key')
  await expect(unknown).rejects.toMatchObject({ kind: 'gone' })
  const group = stage.bot.addGroup('Left')
  group.isLeft = true
  const left = stage.channel.send({ chatId: group.id, kind: 'group' }, text, 'key')
  await expect(left).rejects.toMatchObject({ kind: 'gone' })
  if (!canEdit(stage.channel)) throw new Error('it has no edits')
  const deleted = stage.channel.edit({ conversation_id: stage.room.id, activity_id: '1' }, text)
  await expect(deleted).rejects.toMatchObject({ kind: 'gone' })
})

it('an id that is a path stays one part of the address', async () => {
  const sending = stage.channel.send({ chatId: '../../x', kind: 'private' }, text, 'key')
  await expect(sending).rejects.toMatchObject({ code: 'ConversationNotFound' })
})

it('fetches a new token when the connector takes the old one no more', async () => {
  const to = { chatId: stage.room.id, kind: 'private' } as const
  await stage.channel.send(to, text, 'key-1')
  stage.bot.faults.stale_token?.()
  await stage.channel.send(to, text, 'key-2')
  expect(stage.room.messages()).toHaveLength(2)
  stage.bot.faults.revoked?.()
  await expect(stage.channel.send(to, text, 'key-3')).rejects.toMatchObject({ kind: 'bad_credentials' })
})

it('says that it is busy when two changes meet', async () => {
  stage.bot.sendFaults.push('busy')
  const sending = stage.channel.send({ chatId: stage.room.id, kind: 'private' }, text, 'key')
  await expect(sending).rejects.toMatchObject({ kind: 'transient' })
})
