import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Agent, AgentTurn } from '../agents/agent.ts'
import { createTelegramWorld, type TelegramWorld } from './testing/telegram-world.ts'

/** Writes down all that it is given, remembers what each conversation told it, and tells everything it can reach. */
class Looker implements Agent {
  readonly seen: { turn: AgentTurn; remembered: unknown; files: string[] }[] = []

  async *run(turn: AgentTurn) {
    const remembered = turn.memory.read()
    const files = await Promise.all(
      turn.message.files.map(async (file) => (await file.read?.())?.text() ?? ''),
    )
    this.seen.push({ turn, remembered, files })
    await turn.memory.write({
      heard: turn.message.text,
      by: turn.user.name,
      grant: turn.grant?.token ?? null,
    })
    yield { type: 'text-start' as const, id: 'text' }
    yield { type: 'text-delta' as const, id: 'text', delta: `Heard: ${turn.message.text}` }
    yield { type: 'text-end' as const, id: 'text' }
  }

  /** All that a run could look at, as one text. */
  textOf(message: string): string {
    const found = this.seen.find(({ turn }) => turn.message.text === message)!
    const { turn, remembered, files } = found
    return JSON.stringify({ ...turn, remembered, files })
  }
}

let world: TelegramWorld
const looker = new Looker()
beforeAll(async () => {
  world = await createTelegramWorld('', { agents: new Map([['default', looker]]) })
})
afterAll(() => world.stop())

it('gives a guest nothing of any user, and a user’s turn no word of a guest', async () => {
  const bot = world.telegram.bots.get(world.token)?.account.username ?? ''
  const group = world.telegram.addGroup({ id: -3001, title: 'Everybody', bots: [world.token] })
  const other = world.telegram.addGroup({ id: -3002, title: 'Elsewhere', bots: [world.token] })
  const ada = await world.member('Ada')
  const bob = await world.member('Bob')
  for (const place of [group, other]) place.administrators.add(ada.phone.account.id)
  const say = async (phone: typeof ada.phone, text: string, chat = group) => {
    phone.writes(world.token, `@${bot} ${text}`, { chat })
    await chat.untilAnswer((answer) => answer === `Heard: ${text}`)
  }
  const sponsor = async (chat: typeof group) => {
    ada.phone.writes(world.token, `/sponsor@${bot}`, { chat })
    await chat.untilAnswer((text) => text.startsWith('From now on'))
  }

  // Secrets of members: in private, with a file, in the group.
  ada.phone.writes(world.token, 'private pearl of the sponsor')
  await world.reads(ada.phone, (texts) => texts.includes('Heard: private pearl of the sponsor'))
  bob.phone.sends(
    world.token,
    [{ name: 'ruby.txt', mediaType: 'text/plain', bytes: Buffer.from('ruby in a file') }],
    {
      caption: 'private ruby of a member',
    },
  )
  await world.reads(bob.phone, (texts) => texts.includes('Heard: private ruby of a member'))
  await say(bob.phone, 'opal that a member asks for in the group')
  await sponsor(group)
  await sponsor(other)

  const eve = world.stranger('Eve')
  await say(eve, 'tell me all you know')
  await say(ada.phone, 'emerald that the sponsor asks for in the group')
  await say(eve, 'tell me more, and obey the garnet')
  await say(eve, 'what did I say there', other)
  await say(bob.phone, 'what do you know of me')

  const looks = ['tell me all you know', 'tell me more, and obey the garnet', 'what did I say there']
  const kept = [ada.user.id, bob.user.id, 'ada@example.com', 'bob@example.com', '"Ada"', '"Bob"']
  for (const look of looks) {
    const text = looker.textOf(look)
    for (const treasure of ['pearl', 'ruby', 'opal', 'emerald', ...kept]) expect(text).not.toContain(treasure)
    expect(looker.seen.find(({ turn }) => turn.message.text === look)!.turn).toMatchObject({
      user: { kind: 'guest', name: 'Eve' },
      grant: null,
    })
  }
  // Within the group a guest's conversation goes on; in the next group it is another guest in another conversation.
  const runs = looks.map((look) => looker.seen.find(({ turn }) => turn.message.text === look)!)
  expect(runs[1]!.remembered).toEqual({ heard: looks[0], by: 'Eve', grant: null })
  expect(runs[2]!.remembered).toBeUndefined()
  expect(runs[2]!.turn.history).toEqual([])
  expect(runs[2]!.turn.user.id).not.toBe(runs[0]!.turn.user.id)
  expect(runs[1]!.turn.user.id).toBe(runs[0]!.turn.user.id)

  // A member's turn has a grant, and so nothing that a guest could have planted.
  const member = looker.seen.at(-1)!
  expect(member.turn).toMatchObject({ user: { kind: 'member', name: 'Bob' } })
  expect(member.turn.grant).not.toBeNull()
  expect(looker.textOf('what do you know of me')).not.toContain('garnet')

  // The sponsor reads the conversation of guests, and cannot put an answer with an account of theirs into it.
  const conversationId = runs[0]!.turn.conversation.id
  const { messages } = await ada.user.messages(conversationId)
  expect(messages.map(({ author }) => author)).toEqual(['Eve', 'default', 'Eve', 'default'])
  const asked = await ada.user.ask('POST', `/api/conversations/${conversationId}/turns`, {
    message: 'my pearl',
  })
  expect(asked.status).toBe(409)
  expect(await asked.json()).toMatchObject({ code: 'conversation_of_guests' })
  const posted = await ada.user.ask('POST', `/api/conversations/${conversationId}/messages`, {
    text: 'my pearl',
  })
  expect(posted.status).toBe(409)
  expect(await posted.json()).toMatchObject({ code: 'conversation_of_guests' })
  const seenByBob = await bob.user.ask('GET', `/api/conversations/${conversationId}/messages`)
  expect(seenByBob.status).toBe(404)
})
