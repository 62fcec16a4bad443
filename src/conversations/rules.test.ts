import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Person } from '../testing/person.ts'
import { createTelegramWorld, type TelegramWorld } from './testing/telegram-world.ts'

let world: TelegramWorld
let admin: Person
let member: Awaited<ReturnType<TelegramWorld['member']>>
let botId: string
let name: string
beforeAll(async () => {
  world = await createTelegramWorld()
  admin = await world.person('Grace')
  member = await world.member('Ada')
  const bot = world.telegram.bots.get(world.token)!
  bot.privacy = false
  name = bot.account.username
  const { bots } = await admin.get<{ bots: { id: string; channel: string }[] }>('/api/bots')
  botId = bots.find(({ channel }) => channel === 'telegram')!.id
})
afterAll(() => world.stop())

const rule = async (rules: object) => {
  expect((await admin.ask('PATCH', `/api/bots/${botId}`, { rules })).status).toBe(200)
}
let groups = 0
const newGroup = (id = -2000 - ++groups) =>
  world.telegram.addGroup({ id, title: 'Club', isForum: true, bots: [world.token] })
const heard = () => world.agent.runs.map(({ message }) => message.text)
const inboxSize = async () => {
  const inbox = world.database.db.selectFrom('lane_messages').where('queue', '=', 'inbox')
  return (await inbox.select('id').execute()).length
}

describe('in groups', () => {
  it('what is not said to the bot is neither answered nor kept', async () => {
    const group = newGroup()
    const before = await inboxSize()
    member.phone.writes(world.token, 'between us', { chat: group })
    member.phone.writes(world.token, `@${name} what do you say?`, { chat: group })
    await group.untilAnswer()
    expect(heard()).not.toContain('between us')
    expect(await inboxSize()).toBe(before + 1)
  })

  it('a bot may answer everything that connected people say, and nothing that strangers say', async () => {
    await rule({ in_groups: 'everything' })
    const group = newGroup()
    world.stranger('Nobody').writes(world.token, 'and me?', { chat: group })
    member.phone.writes(world.token, 'just talking', { chat: group })
    await group.untilAnswer()
    expect(heard()).toContain('just talking')
    expect(heard()).not.toContain('and me?')
  })

  it('a bot may be kept to some groups, or out of all', async () => {
    const [open, closed] = [newGroup(), newGroup()]
    await rule({ in_groups: 'mention', groups: [String(open.id)] })
    member.phone.writes(world.token, `@${name} in the closed one`, { chat: closed })
    member.phone.writes(world.token, `@${name} in the open one`, { chat: open })
    await open.untilAnswer()
    expect(heard()).not.toContain('in the closed one')
    await rule({ groups: [], in_groups: 'nothing' })
    member.phone.writes(world.token, `@${name} not even here`, { chat: open })
    member.phone.writes(world.token, 'but in private')
    await world.reads(member.phone, (texts) => texts.includes('You said: but in private'))
    expect(heard()).not.toContain('not even here')
    await rule({ in_groups: 'mention' })
  })

  it('threads share the conversation of their group where the rules say so', async () => {
    await rule({ threads: 'shared' })
    const group = newGroup()
    group.topics.set(7, 'News')
    const conversationOf = (text: string) =>
      world.agent.runs.find(({ message }) => message.text === text)?.conversation.id
    member.phone.writes(world.token, `@${name} in the group`, { chat: group })
    await expect.poll(() => conversationOf('in the group')).toBeDefined()
    member.phone.writes(world.token, `@${name} in the topic`, { chat: group, topicId: 7 })
    await expect.poll(() => conversationOf('in the topic')).toBeDefined()
    expect(conversationOf('in the topic')).toBe(conversationOf('in the group'))
    await rule({ threads: 'own' })
    member.phone.writes(world.token, `@${name} on its own`, { chat: group, topicId: 7 })
    await expect.poll(() => conversationOf('on its own')).toBeDefined()
    expect(conversationOf('on its own')).not.toBe(conversationOf('in the group'))
  })
})

it('who is not on the list is told so once, and no agent hears them', async () => {
  await rule({ people: ['1'] })
  member.phone.writes(world.token, 'am I welcome?')
  member.phone.writes(world.token, 'hello?')
  const told = (texts: string[]) => texts.filter((text) => /kept for certain people/.test(text))
  const texts = await world.reads(member.phone, (all) => told(all).length > 0)
  await world.allAccepted()
  expect(told(texts)).toHaveLength(1)
  expect(heard()).not.toContain('am I welcome?')
  await rule({ people: [] })
  member.phone.writes(world.token, 'and now?')
  await world.reads(member.phone, (all) => all.includes('You said: and now?'))
})
