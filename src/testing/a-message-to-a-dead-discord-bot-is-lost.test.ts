import { expect, it } from 'vitest'
import { startDiscordSimulator } from '../channels/discord/testing/simulator.ts'
import { answersIn, until } from './doors.ts'
import { createKillableGateways } from './killable-gateways.ts'
import { Person } from './person.ts'

it('does not happen: Discord tells it again after the restart, and it is answered once', async () => {
  const discord = await startDiscordSimulator()
  const bot = discord.platform.addBot('Portico')
  const gateways = await createKillableGateways({ discord: bot })
  try {
    const gateway = await gateways.prepare('alone')
    gateway.start()
    await gateway.untilReady()
    const ada = await Person.signUp(gateway.url, 'Ada')
    await ada.untilConnectable('discord')
    const person = discord.platform.addPerson('Ada')
    const room = bot.directRoom(person)
    room.write(person, `/connect ${await ada.connectCode('discord')}`)
    await until(() => answersIn(room).some((text) => text.startsWith('Connected')))
    room.write(person, 'before')
    await until(() => answersIn(room).includes('before'))

    await gateway.kill()
    room.write(person, 'while it was dead')
    gateway.start()
    await until(() => answersIn(room).includes('while it was dead'))
    room.write(person, 'after')
    await until(() => answersIn(room).includes('after'))
    expect(answersIn(room).slice(1)).toEqual(['before', 'while it was dead', 'after'])
    // By the session and the sequence that were committed with the messages.
    expect(discord.gateway).toMatchObject({ identifies: 1, resumes: 1 })
  } finally {
    await gateways.stop()
    await discord.stop()
  }
}, 60_000)
