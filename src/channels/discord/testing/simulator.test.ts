import { API, Client, GatewayDispatchEvents, GatewayIntentBits } from '@discordjs/core'
import { REST } from '@discordjs/rest'
import { WebSocketManager } from '@discordjs/ws'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { setDiscordStage, type DiscordStage } from './stage.ts'

describe('the simulator as the official SDK sees it', () => {
  let stage: DiscordStage
  let rest: REST
  let api: API
  beforeEach(async () => {
    stage = await setDiscordStage()
    rest = new REST({ api: `${stage.simulator.url}/api`, version: '10' }).setToken(stage.application.token)
    api = new API(rest)
  })
  afterEach(async () => {
    rest.clearHashSweeper()
    rest.clearHandlerSweeper()
    await stage.simulator.stop()
  })

  it('gives a gateway on which a client hears and answers', async () => {
    const { application, simulator, direct, ada } = stage
    const { Guilds, DirectMessages, MessageContent } = GatewayIntentBits
    const gateway = new WebSocketManager({
      token: application.token,
      intents: Guilds | DirectMessages | MessageContent,
      rest,
    })
    const client = new Client({ rest, gateway })
    const ready = new Promise<string>((resolve) =>
      client.once(GatewayDispatchEvents.Ready, ({ data }) => resolve(data.user.id)),
    )
    const heard = new Promise<{ channel: string; text: string }>((resolve) => {
      client.on(GatewayDispatchEvents.MessageCreate, ({ data }) => {
        resolve({ channel: data.channel_id, text: data.content })
      })
    })
    await gateway.connect()
    expect(await ready).toBe(application.user.id)
    simulator.write(direct, ada, 'hello')
    const { channel, text } = await heard
    await client.api.channels.createMessage(channel, { content: `you said ${text}` })
    expect(direct.messages.map(({ content }) => content)).toEqual(['hello', 'you said hello'])
    await gateway.destroy()
  })

  it('answers all calls in the shapes that it knows', async () => {
    const { application, channel, ada } = stage
    expect(await api.users.getCurrent()).toMatchObject({ id: application.user.id, bot: true })
    expect(await api.applications.getCurrent()).toMatchObject({ id: application.id })
    const dm = await api.users.createDM(ada.id)
    const sent = await api.channels.createMessage(dm.id, {
      content: 'with a file',
      files: [{ name: 'a.txt', data: Buffer.from('abc'), contentType: 'text/plain' }],
    })
    expect(sent.attachments[0]).toMatchObject({ filename: 'a.txt', size: 3, content_type: 'text/plain' })
    expect(await (await fetch(sent.attachments[0]!.url)).text()).toBe('abc')
    await api.channels.editMessage(dm.id, sent.id, { content: 'changed' })
    expect(await api.channels.getMessage(dm.id, sent.id)).toMatchObject({ content: 'changed' })
    await api.channels.showTyping(dm.id)
    await api.channels.addMessageReaction(dm.id, sent.id, '👀')
    await api.channels.deleteOwnMessageReaction(dm.id, sent.id, '👀')
    const question = await api.channels.createMessage(channel.id, { content: 'a thread?' })
    const thread = await api.channels.createThread(channel.id, { name: 'yes' }, question.id)
    expect(await api.channels.get(thread.id)).toMatchObject({ type: 11, parent_id: channel.id })
    const commands = [{ name: 'help', description: 'Help' }]
    await api.applicationCommands.bulkOverwriteGlobalCommands(application.id, commands)
    expect(await api.applicationCommands.getGlobalCommands(application.id)).toMatchObject(commands)
  })

  it('makes one message of a nonce that is enforced', async () => {
    const { channel } = stage
    const body = { content: 'once', nonce: 'n-1', enforce_nonce: true }
    const first = await api.channels.createMessage(channel.id, body)
    expect((await api.channels.createMessage(channel.id, body)).id).toBe(first.id)
    expect(channel.messages).toHaveLength(1)
  })

  it('takes an answer to an interaction once, for its token', async () => {
    const { simulator, application, direct, ada } = stage
    const id = simulator.interact(application, direct, ada, { name: 'help', type: 1 })
    const { token } = simulator.interactions.get(id)!
    await expect(api.interactions.reply(id, 'wrong', { content: 'x' })).rejects.toMatchObject({ code: 10062 })
    await api.interactions.defer(id, token)
    await expect(api.interactions.reply(id, token, { content: 'x' })).rejects.toMatchObject({ code: 40060 })
  })

  it.each([
    ['an empty text', { content: ' ' }, 50006],
    ['a text that is too long', { content: 'x'.repeat(2001) }, 50035],
    ['a nonce that is too long', { content: 'x', nonce: 'n'.repeat(26) }, 50035],
    ['a reply to nothing', { content: 'x', message_reference: { message_id: '1' } }, 50035],
  ])('refuses %s', async (_, body, code) => {
    await expect(api.channels.createMessage(stage.channel.id, body)).rejects.toMatchObject({ code })
  })

  it('refuses what a bot may not see or touch', async () => {
    const { simulator, ada, bob, direct } = stage
    const theirs = simulator.world.privateChannel(ada, bob)
    await expect(api.channels.get(theirs.id)).rejects.toMatchObject({ code: 50001 })
    await expect(api.channels.get('1')).rejects.toMatchObject({ code: 10003 })
    const words = simulator.write(direct, ada, 'my words')
    await expect(api.channels.editMessage(direct.id, words.id, { content: 'x' })).rejects.toMatchObject({
      code: 50005,
    })
    simulator.world.applications.clear()
    await expect(api.users.getCurrent()).rejects.toMatchObject({ status: 401 })
  })
})
