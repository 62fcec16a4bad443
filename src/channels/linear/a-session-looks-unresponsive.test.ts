import { expect, it } from 'vitest'
import { MemoryInbox } from '../testing/memory-inbox.ts'
import { listenForWebhooks } from '../testing/webhook-listener.ts'
import { open, write } from './testing/events.ts'
import { setLinearStage } from './testing/stage.ts'

const message = { text: 'It is the battery.', plain: 'It is the battery.' }
const thought = 'thought: Working on it'

it('not when it was opened: the channel says at once that it works, whoever is busy', async () => {
  await using stage = await setLinearStage()
  await using listening = await stage.listen()
  open(stage.world, stage.session)
  await expect.poll(() => stage.said()).toEqual([thought])
  expect(listening.inbox.messages).toHaveLength(1)
  expect(stage.session.activities.at(-1)).toMatchObject({ ephemeral: true })
})

it('and the sign disappears with the answer', async () => {
  await using stage = await setLinearStage()
  await stage.channel.showTyping(stage.to)
  await stage.channel.showTyping(stage.to)
  expect(stage.said()).toEqual([thought])
  await stage.channel.send(stage.to, message, 'key')
  expect(stage.said()).toEqual(['response: It is the battery.'])
})

it('but a sign on its way does not come behind the answer', async () => {
  await using stage = await setLinearStage()
  const typing = stage.channel.showTyping(stage.to)
  await stage.channel.send(stage.to, message, 'key')
  await typing
  expect(stage.said()).toEqual(['response: It is the battery.'])
})

it('and a redelivery, to this replica or another, does not wake what was answered', async () => {
  await using stage = await setLinearStage()
  await using _ = await stage.listen()
  open(stage.world, stage.session)
  await expect.poll(() => stage.said()).toEqual([thought])
  await stage.channel.send(stage.to, message, 'key')
  stage.app.hook.duplicate()
  await stage.app.hook.settled()
  const calls = stage.simulator.calls.length
  const listener = await listenForWebhooks(stage.open(), new MemoryInbox())
  stage.app.hook.url = listener.url
  stage.app.hook.duplicate()
  await stage.app.hook.settled()
  // The other replica fetched a token of its own and greeted in vain.
  await expect.poll(() => stage.simulator.calls.length).toBe(calls + 2)
  await listener.close()
  expect(stage.said()).toEqual(['response: It is the battery.'])
})

it('and trouble with the sign keeps no message from arriving', async () => {
  await using stage = await setLinearStage()
  await using listening = await stage.listen()
  write(stage.world, stage.session, stage.ada, 'one')
  await stage.app.hook.settled()
  stage.app.isRevoked = true
  write(stage.world, stage.world.addSession(stage.app, stage.bob, stage.issue), stage.bob, 'two')
  await stage.app.hook.settled()
  expect(listening.inbox.messages.map(({ text }) => text)).toEqual(['one', 'two'])
})
