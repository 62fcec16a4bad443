import { afterEach, beforeEach, expect, it } from 'vitest'
import { canReact, canSendFiles, type Channel, type ChatAddress } from '../channel.ts'
import { realDependencies } from '../testing/channel-contract.ts'
import { write } from './testing/chat-side.ts'
import { tellOfGroup, tellOfPress } from './testing/events.ts'
import { createChannel, setStage, startReceiving, type Stage } from './testing/stage.ts'
import type { Chat } from './testing/world.ts'

let stage: Stage
let channel: Channel
let group: Chat
beforeEach(async () => {
  stage = await setStage()
  channel = createChannel(stage)
  group = stage.simulator.addChat('group', 'Garden', [stage.app], [stage.person])
})
afterEach(() => stage.simulator.stop())

/** What the channel makes of the messages that people write meanwhile. */
async function received(count: number, act: () => void) {
  const receiving = startReceiving(channel)
  await receiving.connected
  act()
  await receiving.inbox.until(({ messages }) => messages.length >= count)
  await receiving.end()
  return receiving.inbox.messages
}

const answers = () => group.messages.filter(({ from }) => from === stage.app)
const answer = (to: ChatAddress, key = 'key') => channel.send(to, { text: 'yes', plain: 'yes' }, key)

it('hears who speaks to it, and says who spoke', async () => {
  const messages = await received(2, () => {
    write(stage.simulator, group, stage.person, 'hello')
    write(stage.simulator, group, stage.person, 'not you', { aside: true })
  })
  expect(messages.map(({ text, addressed, sender }) => [text, addressed, sender.name])).toEqual([
    ['hello', true, 'Ada'],
    ['not you', false, 'Ada'],
  ])
})

it('has the id in place of the name where the contacts are closed to it', async () => {
  stage.app.scopes.delete('contact:user.base:readonly')
  const [message] = await received(1, () => write(stage.simulator, group, stage.person, 'hello'))
  expect(message?.sender).toMatchObject({ id: stage.person.unionId, name: stage.person.unionId })
})

it('knows the same person as its neighbour does, and leaves to it what is said to it', async () => {
  const neighbour = stage.simulator.platform.addBot('Neighbour')
  const app = stage.simulator.apps.get(String(neighbour.settings['app_id']))!
  const shared = stage.simulator.addChat('group', 'Both', [stage.app, app], [stage.person])
  const other = startReceiving(createChannel({ ...stage, settings: neighbour.settings }))
  await other.connected
  const ours = await received(2, () => {
    write(stage.simulator, shared, stage.person, 'to us', { to: stage.app })
    write(stage.simulator, shared, stage.person, 'to them', { to: app })
  })
  await other.inbox.until(({ messages }) => messages.length === 2)
  await other.end()
  const theirs = other.inbox.messages
  expect(ours.map(({ text, addressed }) => [text, addressed])).toEqual([
    ['to us', true],
    ['@Neighbour to them', false],
  ])
  expect(theirs.map(({ addressed }) => addressed)).toEqual([false, true])
  expect(theirs[0]?.sender).toEqual(ours[0]?.sender)
})

it('does not wait long for a name', async () => {
  const sleep = async (ms: number, signal: AbortSignal) => {
    if (ms !== 1_000) await realDependencies.sleep(ms, signal)
  }
  channel = createChannel(stage, undefined, { sleep })
  stage.simulator.faults.add({ call: /contact/, fault: { kind: 'delay', ms: 60_000 } })
  const [message] = await received(1, () => write(stage.simulator, group, stage.person, 'hello'))
  expect(message?.sender.name).toBe(stage.person.unionId)
})

it('answers the question, and the group when the question is gone', async () => {
  const [message] = await received(1, () => write(stage.simulator, group, stage.person, 'hello'))
  await answer(message!.chat)
  expect(answers()[0]).toMatchObject({ parentId: message!.messageId })
  expect(answers()[0]?.threadId).toBeUndefined()
  group.messages[0]!.isDeleted = true
  await answer(message!.chat, 'other')
  expect(answers()[1]?.parentId).toBeUndefined()
})

it('has a conversation of its own in every thread, and answers there', async () => {
  const root = stage.simulator.add(group, stage.person, { type: 'text', content: '{"text":"root"}' })
  const [inside, outside] = await received(2, () => {
    write(stage.simulator, group, stage.person, 'inside', { thread: root })
    write(stage.simulator, group, stage.person, 'outside', { quotes: root })
  })
  expect(inside?.chat).toMatchObject({ chatId: group.id, topicId: root.id })
  expect(outside?.chat.topicId).toBeUndefined()
  await answer(inside!.chat)
  // A second part of an answer refers to no message.
  await answer({ chatId: group.id, kind: 'group', topicId: root.id }, 'part 2')
  expect(answers().map(({ threadId }) => threadId)).toEqual([root.threadId, root.threadId])
  expect(root.threadId).toBeDefined()
})

it('keeps the thread of a button that is pressed', async () => {
  const root = stage.simulator.add(group, stage.person, { type: 'text', content: '{"text":"root"}' })
  const buttons = [{ label: 'Yes', value: '/approve 7' }]
  const to = { chatId: group.id, kind: 'group', topicId: root.id } as const
  await channel.send(to, { text: 'Sure?', plain: 'Sure?', buttons }, 'key')
  const message = answers()[0]!
  const [pressed] = await received(1, () =>
    tellOfPress(stage.simulator, stage.app, { person: stage.person, message, label: 'Yes' }),
  )
  expect(pressed).toMatchObject({ text: '/approve 7', chat: { ...to, replyTo: message.id } })
})

it('is told when it comes into a group', async () => {
  const [joined] = await received(1, () => tellOfGroup(stage.simulator, stage.app, group, stage.person))
  expect(joined).toMatchObject({ kind: 'joined', chat: { chatId: group.id, kind: 'group' }, text: '' })
})

it('finds its mark again after a restart', async () => {
  const message = write(stage.simulator, group, stage.person, 'work')
  const to = { chatId: group.id, kind: 'group' } as const
  if (!canReact(channel)) throw new Error('it cannot react')
  await channel.react(to, message.id, 'working')
  const other = createChannel(stage)
  if (!canReact(other)) throw new Error('it cannot react')
  message.reactions.push({ id: 'theirs', emoji: 'Typing', appId: 'cli_another' })
  await other.react(to, message.id, undefined)
  expect(message.reactions).toMatchObject([{ id: 'theirs' }])
})

it('sends images as images, other files by their kind, and an image that is refused as a file', async () => {
  if (!canSendFiles(channel)) throw new Error('it cannot send files')
  const to = { chatId: group.id, kind: 'group' } as const
  const file = (name: string, mediaType: string) => ({ name, mediaType, blob: new Blob(['x']) })
  await channel.sendFile(to, file('a.png', 'image/png'), '1')
  await channel.sendFile(to, file('a.mp4', 'video/mp4'), '2')
  await channel.sendFile(to, file('a.zip', 'application/zip'), '3')
  const fault = { kind: 'refuse', code: 234011, message: "Can't recognize the image format." } as const
  stage.simulator.faults.add({ call: /\/images$/, fault })
  await channel.sendFile(to, file('b.png', 'image/png'), '4')
  expect(answers().map(({ type }) => type)).toEqual(['image', 'media', 'file', 'file'])
})

it('tells that the bot was removed from the chat', async () => {
  await expect(answer({ chatId: 'oc_elsewhere', kind: 'group' })).rejects.toMatchObject({ kind: 'gone' })
})

it('lets no id leave its place in a path', async () => {
  const to = { chatId: group.id, kind: 'group', replyTo: '..' } as const
  await expect(answer(to)).rejects.toMatchObject({ kind: 'invalid' })
  await answer({ ...to, replyTo: 'a/../../x?y=' })
  expect(stage.simulator.calls).toContain('POST /open-apis/im/v1/messages/a%2F..%2F..%2Fx%3Fy%3D/reply')
})
