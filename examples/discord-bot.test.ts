import { expect, it, onTestFinished } from 'vitest'
import { startDiscordSimulator } from '../src/channels/discord/testing/simulator.ts'
import { startDiscordBot } from './discord-bot.ts'
import { startCuttingProxy } from './testing/cutting-proxy.ts'
import { setStage } from './testing/stage.ts'

it('a discord.js bot links a stranger and answers them, also through a stream that is cut', async () => {
  const { world, agent, key, confirms, history } = await setStage()
  const way = await startCuttingProxy(world.url)
  const discord = await startDiscordSimulator()
  onTestFinished(() => discord.stop())
  const application = discord.world.addApplication('Helper')
  const { user } = application
  const nelly = discord.world.addUser('Nelly')
  const chat = discord.world.privateChannel(user, nelly)
  const heard = () => chat.messages.filter(({ author }) => author === user)
  const client = await startDiscordBot({
    discordToken: application.token,
    discordApi: `${discord.url}/api`,
    porticoUrl: way.url,
    porticoKey: key,
  })
  onTestFinished(() => client.destroy())
  await expect.poll(() => client.isReady()).toBe(true)

  discord.write(chat, nelly, 'Who are you?')
  await expect.poll(() => heard().at(-1)?.content).toContain('/link/')
  expect(agent.runs).toEqual([])
  expect(await confirms(heard().at(-1)?.content ?? '')).toBeUndefined()

  discord.write(chat, nelly, 'wait for it')
  await expect.poll(() => heard().at(-1)?.content).toBe('Let me think. ')
  expect(way.cut()).toBeGreaterThan(0)
  agent.release('wait for it')
  await expect.poll(() => heard().at(-1)?.content).toBe('Let me think. You said: wait for it')
  expect(heard()).toHaveLength(2)
  expect(heard()[1]?.edited_timestamp).not.toBeNull()

  discord.write(chat, nelly, 'And then?')
  await expect.poll(() => heard().at(-1)?.content).toBe('You said: And then?')
  expect(agent.runs.map(({ message }) => message.text)).toEqual(['wait for it', 'And then?'])
  expect(await history()).toEqual(['user', 'assistant', 'user', 'assistant'])
})
