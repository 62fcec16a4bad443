import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTelegramWorld, type TelegramWorld } from './testing/telegram-world.ts'

let world: TelegramWorld
beforeAll(async () => {
  world = await createTelegramWorld()
})
afterAll(() => world.stop())

describe('a person on Telegram', () => {
  it('is told how to connect, connects with a code, and is answered as themselves', async () => {
    const ada = await world.person('Ada')
    const phone = world.stranger('Ada L.')

    phone.writes(world.token, 'hello')
    const [refusal] = await world.reads(phone, (texts) => texts.length === 1)
    expect(refusal).toMatch(/not connected to an account/)
    expect(world.agent.runs).toHaveLength(0)

    phone.writes(world.token, `/start ${await ada.connectCode('telegram')}`)
    await world.reads(phone, (texts) => texts.some((text) => /Connected as Ada/.test(text)))

    phone.writes(world.token, 'hello again')
    const texts = await world.reads(phone, (all) => all.some((text) => text.startsWith('You said')))
    expect(texts.at(-1)).toBe('You said: hello again')
    expect(world.agent.runs.at(-1)?.user).toEqual({ id: ada.id, name: 'Ada', kind: 'member' })
  })

  it('finds the conversation in the browser, with its source, and goes on there', async () => {
    const { user, phone } = await world.member('Grace')
    phone.writes(world.token, 'from the phone')
    await world.reads(phone, (texts) => texts.includes('You said: from the phone'))

    const [conversation] = (await user.conversations()).conversations
    expect(conversation).toMatchObject({
      title: 'from the phone',
      channel_source: { provider: 'telegram', chat_id: String(phone.account.id) },
    })
    const id = conversation?.id ?? ''
    await user.stream(await user.turn(id, 'from the browser'))

    const { messages } = await user.messages(id)
    expect(messages.map(({ role, parts }) => [role, parts])).toEqual([
      ['user', [{ type: 'text', text: 'from the phone' }]],
      ['assistant', [{ type: 'text', text: 'You said: from the phone' }]],
      ['user', [{ type: 'text', text: 'from the browser' }]],
      ['assistant', [{ type: 'text', text: 'You said: from the browser' }]],
    ])
    expect(world.agent.runs.at(-1)?.history.map(({ text }) => text)).toEqual([
      'from the phone',
      'You said: from the phone',
    ])
  })

  it('learns who they are, begins anew, and leaves', async () => {
    const { user, phone } = await world.member('Lin')
    phone.writes(world.token, '/whoami')
    await world.reads(phone, (texts) => texts.some((text) => /connected to Lin/.test(text)))

    phone.writes(world.token, 'first')
    await world.reads(phone, (texts) => texts.includes('You said: first'))
    phone.writes(world.token, '/new')
    phone.writes(world.token, 'second')
    await world.reads(phone, (texts) => texts.includes('You said: second'))
    expect(world.agent.runs.at(-1)?.history).toEqual([])
    expect((await user.conversations()).conversations.map(({ title }) => title)).toEqual(['second', 'first'])

    phone.writes(world.token, '/disconnect')
    await world.reads(phone, (texts) => texts.some((text) => text.startsWith('Disconnected')))
    const runs = world.agent.runs.length
    phone.writes(world.token, 'anybody there?')
    await world.reads(phone, (texts) => texts.some((text) => /not connected/.test(text)))
    expect(world.agent.runs).toHaveLength(runs)
  })

  it('is told in plain words when the agent fails, and can go on', async () => {
    const { phone } = await world.member('Edsger')
    phone.writes(world.token, 'fail please')
    const texts = await world.reads(phone, (all) => all.some((text) => text.includes('went wrong')))
    expect(texts.join()).not.toMatch(/scripted/)
    phone.writes(world.token, 'once more')
    await world.reads(phone, (all) => all.includes('You said: once more'))
  })
})

describe('a group', () => {
  it('hears the bot when it is mentioned by somebody connected, in a conversation of its own', async () => {
    const { phone } = await world.member('Barbara')
    const group = world.telegram.addGroup({ id: -1001, title: 'Team', bots: [world.token] })
    const bot = world.telegram.bots.get(world.token)?.account.username ?? ''

    phone.writes(world.token, 'in private')
    await world.reads(phone, (texts) => texts.includes('You said: in private'))
    phone.writes(world.token, 'just talking', { chat: group })
    phone.writes(world.token, `@${bot} in the group`, { chat: group })
    const answer = await group.untilAnswer((text) => text.startsWith('You said'))

    expect(answer.text).toBe('You said: in the group')
    expect(world.agent.runs.at(-1)?.history).toEqual([])
    expect(world.agent.runs.some((run) => run.message.text === 'just talking')).toBe(false)
  })

  it('hears nothing when a stranger mentions the bot', async () => {
    const { phone } = await world.member('Tony')
    const group = world.telegram.addGroup({ id: -1002, title: 'Open', bots: [world.token] })
    const bot = world.telegram.bots.get(world.token)?.account.username ?? ''
    world.stranger('Nobody').writes(world.token, `@${bot} hello`, { chat: group })
    phone.writes(world.token, `@${bot} mine`, { chat: group })
    await group.untilAnswer((text) => text === 'You said: mine')
    expect(group.messages.filter(({ from }) => from.is_bot)).toHaveLength(1)
  })
})
