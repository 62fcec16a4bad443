import { afterAll, beforeAll, expect, it } from 'vitest'
import type { SimulatedChat } from '../channels/telegram/testing/chat.ts'
import { keysOf } from '../channels/telegram/testing/keyboard.ts'
import { createLendingWorld, linkIn, type LendingWorld } from './lending-world.ts'

type Member = Awaited<ReturnType<LendingWorld['member']>>
let world: LendingWorld
let ada: Member
let bob: Member
let group: SimulatedChat
let bot: string
beforeAll(async () => {
  world = await createLendingWorld()
  ada = await world.member('Ada')
  bob = await world.member('Bob')
  group = world.telegram.addGroup({ id: -4001, title: 'Team', bots: [world.token] })
  group.administrators.add(ada.phone.account.id)
  bot = world.telegram.bots.get(world.token)?.account.username ?? ''
})
afterAll(() => world.stop())

const chatOf = ({ phone }: Member) => phone.chatWith(world.token)
const saidIn = (chat: SimulatedChat) =>
  chat.messages.filter(({ from }) => from.is_bot).map(({ text }) => text)
const isQuestion = (text: string) => text.includes('wants to use your GitHub account')
/** The newest question in a member's chat, once it was asked. */
const questionTo = (member: Member, earlier: number) =>
  chatOf(member).until(({ messages }) =>
    messages
      .filter(({ text }) => isQuestion(text))
      .slice(earlier)
      .at(-1),
  )
const codeOf = (message: SimulatedChat['messages'][number]) =>
  /^\/approve (\w+)$/.exec(keysOf(message)[0]?.callback_data ?? '')?.[1] ?? ''

it('sees no link and no question in a group: both come to the person in private', async () => {
  ada.phone.writes(world.token, `@${bot} file Bug`, { chat: group })
  const link = await linkIn(chatOf(ada), (text) => text.includes('asks to use your GitHub account'))
  await world.follows(ada.user, link)
  const question = await questionTo(ada, 0)
  expect(saidIn(group).join()).not.toMatch(/connect|approve|GitHub/i)
  expect(saidIn(chatOf(bob)).join()).not.toMatch(/GitHub/)
  ada.phone.presses(world.token, chatOf(ada), question, 'Approve')
  await group.untilAnswer((text) => text === 'You are mia there. Filed: Bug.')
})

it('hears one sentence in a group, whatever is asked there about accounts', async () => {
  const before = saidIn(group).length
  for (const command of ['connections', 'disconnect', 'approve', 'deny'])
    ada.phone.writes(world.token, `/${command}@${bot} github`, { chat: group })
  ada.phone.writes(world.token, `/connect@${bot} github`, { chat: group })
  await linkIn(chatOf(ada), (text) => text.startsWith('Open this link'))
  await group.until(() => saidIn(group).length === before + 5)
  const said = saidIn(group).slice(before).toSorted()
  expect(said).toEqual([
    ...Array.from({ length: 4 }, () => 'Ask me that in a private chat.'),
    'That is for a private chat: I have written to you there.',
  ])
})

it('cannot give the word of another user, nor take it from them', async () => {
  ada.phone.writes(world.token, 'file Typo')
  const question = await questionTo(ada, 1)
  const code = codeOf(question)
  expect(code).toMatch(/^\w{6}$/)
  for (const word of ['approve', 'deny']) bob.phone.writes(world.token, `/${word} ${code}`)
  await chatOf(bob).until(
    () => saidIn(chatOf(bob)).filter((text) => text.startsWith('No request of yours')).length === 2,
  )
  const stranger = world.stranger('Eve')
  stranger.writes(world.token, `/approve ${code}`)
  await world.reads(stranger, (texts) => texts.some((text) => text.includes('not connected to an account')))
  expect(world.calls('POST').map(({ body }) => body)).toEqual(['{"title":"Bug"}'])
  ada.phone.presses(world.token, chatOf(ada), question, 'Approve')
  await chatOf(ada).untilAnswer((text) => text === 'You are mia there. Filed: Typo.')
})

it('cannot have the word of a person after its time, nor learn the code by which they give it', async () => {
  ada.phone.writes(world.token, 'file Late and do not wait')
  const question = await questionTo(ada, 2)
  await chatOf(ada).untilAnswer((text) => text.endsWith('Not filed: approval_required.'))
  expect(world.borrower.seen.join()).not.toContain(codeOf(question))
  const { db } = world.database
  await db
    .updateTable('use_approvals')
    .set({ expires_at: new Date(0) })
    .where('state', '=', 'pending')
    .execute()
  ada.phone.presses(world.token, chatOf(ada), question, 'Approve')
  await chatOf(ada).untilAnswer((text) => text.startsWith('No request of yours'))
  expect(world.calls('POST')).toHaveLength(2)
})

it('uses no account as a guest, and nobody is asked for one', async () => {
  ada.phone.writes(world.token, `/sponsor@${bot}`, { chat: group })
  await group.untilAnswer((text) => text.startsWith('From now on'))
  const before = { ada: saidIn(chatOf(ada)).length, calls: world.wire.exchanges.length }
  world.stranger('Guest').writes(world.token, `@${bot} file Theft`, { chat: group })
  await group.untilAnswer((text) => text.startsWith('I got no further'))
  expect(world.wire.exchanges).toHaveLength(before.calls)
  expect(saidIn(chatOf(ada))).toHaveLength(before.ada)
})
