import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SimulatedChat } from '../channels/telegram/testing/chat.ts'
import type { Person as TelegramPerson } from '../channels/telegram/testing/simulator.ts'
import { createTelegramWorld, type TelegramWorld } from './testing/telegram-world.ts'

let world: TelegramWorld
let bot: string
beforeAll(async () => {
  world = await createTelegramWorld()
  bot = world.telegram.bots.get(world.token)?.account.username ?? ''
})
afterAll(() => world.stop())

let lastGroup = -2000
const addGroup = () =>
  world.telegram.addGroup({ id: --lastGroup, title: `Group ${lastGroup}`, bots: [world.token] })

/** Says it to the bot in the group and waits for one more answer; returns it. */
async function says(phone: TelegramPerson, group: SimulatedChat, text: string): Promise<string> {
  const ours = () => group.messages.filter(({ from }) => from.is_bot)
  const before = ours().length
  phone.writes(world.token, text.startsWith('/') ? text.replace(/^\/\w+/, `$&@${bot}`) : `@${bot} ${text}`, {
    chat: group,
  })
  await group.until(() => ours().length > before && ours().at(-1)!.text !== '…')
  return ours().at(-1)!.text
}

async function sponsored(name: string) {
  const group = addGroup()
  const member = await world.member(name)
  group.administrators.add(member.phone.account.id)
  expect(await says(member.phone, group, '/sponsor Team lunch')).toMatch(/^From now on I answer everybody/)
  return { group, ...member }
}

const outcomes = () =>
  world.database.db
    .selectFrom('lane_messages')
    .select(['outcome'])
    .where('queue', '=', 'inbox')
    .orderBy('id')
    .execute()

describe('a sponsored group', () => {
  it('answers its guests by name, until the sponsor ends it', async () => {
    const { group, phone, user } = await sponsored('Ada')
    const eve = world.stranger('Eve')
    const mallory = world.stranger('Mallory')
    eve.writes(world.token, `@${bot} hello`, { chat: group })
    await group.untilAnswer((text) => text === 'You said: hello')
    mallory.writes(world.token, `@${bot} and me?`, { chat: group })
    await group.untilAnswer((text) => text === 'You said: and me?')

    const [first, second] = world.agent.runs.slice(-2)
    expect(first).toMatchObject({ user: { kind: 'guest', name: 'Eve' }, grant: null })
    expect(second).toMatchObject({ user: { kind: 'guest', name: 'Mallory' }, grant: null })
    expect(second!.conversation.id).toBe(first!.conversation.id)
    expect(second!.history).toEqual([
      { role: 'user', author: 'Eve', text: 'hello' },
      { role: 'assistant', author: 'default', text: 'You said: hello' },
    ])
    const { sponsorships } = await user.get<{ sponsorships: unknown[] }>('/api/sponsorships')
    expect(sponsorships).toMatchObject([
      { chat_name: 'Team lunch', sponsor_name: 'Ada', channel: 'telegram', used_today: 2, live: true },
    ])

    expect(await says(phone, group, '/unsponsor')).toMatch(/^I answer guests no more/)
    const runs = world.agent.runs.length
    eve.writes(world.token, `@${bot} still there?`, { chat: group })
    await world.allAccepted()
    await expect.poll(async () => (await outcomes()).at(-1)?.outcome, { timeout: 15_000 }).toBe('refused')
    expect(world.agent.runs).toHaveLength(runs)
  })

  it('is started and ended by administrators of the group only', async () => {
    const group = addGroup()
    const { phone, user } = await world.member('Bob')
    expect(await says(phone, group, '/sponsor')).toMatch(/^Only an administrator/)
    expect(await says(phone, group, '/unsponsor')).toMatch(/^Nobody sponsors/)
    group.administrators.add(phone.account.id)
    await says(phone, group, '/sponsor')
    const other = await world.member('Carol')
    expect(await says(other.phone, group, '/unsponsor')).toMatch(/^Only an administrator/)
    expect(await says(other.phone, group, '/sponsor')).toMatch(/^Only an administrator/)
    group.administrators.delete(phone.account.id)
    expect(await says(phone, group, '/unsponsor')).toMatch(/^I answer guests no more/)
    const entries = await world.database.db
      .selectFrom('audit_entries')
      .select(['action', 'detail'])
      .where('actor_id', '=', user.id)
      .where('action', 'like', 'sponsorship.%')
      .orderBy('seq')
      .execute()
    expect(entries).toMatchObject([
      { action: 'sponsorship.started', detail: { group_administrator: 'confirmed' } },
      { action: 'sponsorship.ended' },
    ])
  })

  it('tells a guest once that the hour is used up, and goes on answering the others', async () => {
    const { group, user } = await sponsored('Dora')
    const { sponsorships } = await user.get<{ sponsorships: { id: string }[] }>('/api/sponsorships')
    const changed = await user.ask('PATCH', `/api/sponsorships/${sponsorships[0]!.id}`, {
      guest_turns_per_hour: 1,
    })
    expect(changed.status).toBe(200)
    const eve = world.stranger('Eve')
    expect(await says(eve, group, 'one')).toBe('You said: one')
    expect(await says(eve, group, 'two')).toMatch(/all the answers that a guest gets in an hour/)
    eve.writes(world.token, `@${bot} three`, { chat: group })
    expect(await says(world.stranger('Mallory'), group, 'four')).toBe('You said: four')
    expect(group.messages.filter(({ text }) => /in an hour/.test(text))).toHaveLength(1)
  })

  it('gives guests /help and no other command', async () => {
    const { group, phone } = await sponsored('Erin')
    const eve = world.stranger('Eve')
    expect(await says(eve, group, '/help')).toMatch(/^Speak to me by name/)
    eve.writes(world.token, `@${bot} wait for it`, { chat: group })
    await world.agent.untilRun('wait for it')
    for (const command of ['/stop', '/new', '/status', '/whoami', '/sponsor', '/unsponsor', '/disconnect'])
      eve.writes(world.token, `${command}@${bot}`, { chat: group })
    await world.allAccepted()
    world.agent.release('wait for it')
    await group.untilAnswer((text) => text === 'Let me think. You said: wait for it')
    expect(await says(eve, group, 'again')).toBe('You said: again')
    expect(world.agent.runs.at(-1)!.history).toHaveLength(2)

    // A member's /new begins afresh for guests, too.
    expect(await says(phone, group, '/new')).toMatch(/^New conversation/)
    expect(await says(eve, group, 'afresh')).toBe('You said: afresh')
    expect(world.agent.runs.at(-1)!.history).toEqual([])
  })

  it('lets a member stop a guest’s answer', async () => {
    const { group, phone } = await sponsored('Fred')
    world.stranger('Eve').writes(world.token, `@${bot} wait and stop`, { chat: group })
    await world.agent.untilRun('wait and stop')
    phone.writes(world.token, `/stop@${bot}`, { chat: group })
    await group.untilAnswer((text) => text === 'Stopping.')
    const { id } = world.agent.runs.find(({ message }) => message.text === 'wait and stop')!
    const state = () =>
      world.database.db.selectFrom('turns').select('state').where('id', '=', id).executeTakeFirst()
    await expect.poll(state, { timeout: 15_000 }).toEqual({ state: 'cancelled' })
  })
})
