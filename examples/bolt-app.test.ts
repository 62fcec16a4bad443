import { expect, it, onTestFinished } from 'vitest'
import { startSlackSimulator } from '../src/channels/slack/testing/simulator.ts'
import { startBoltApp } from './bolt-app.ts'
import { setStage } from './testing/stage.ts'

it('a Bolt app links a stranger of a team and answers them', async () => {
  const { world, agent, ada, key, confirms, history } = await setStage()
  const slack = await startSlackSimulator()
  onTestFinished(() => slack.stop())
  const installed = slack.addApp('Helper')
  const { user, token: botToken } = installed.installations.get(slack.home.id)!
  const nelly = slack.addPerson('Nelly')
  const chat = slack.directRoom(installed, nelly)
  const heard = () => chat.messages.filter((message) => message.user.id === user.id)
  const app = await startBoltApp({
    botToken,
    appToken: installed.appToken,
    slackApi: `${slack.url}/api/`,
    porticoUrl: world.url,
    porticoKey: key,
  })
  onTestFinished(async () => {
    await app.stop()
    await installed.sockets.until(({ lines }) => lines.size === 0)
  })

  slack.write(chat, nelly, 'Who are you?')
  await expect.poll(() => heard().at(-1)?.text).toContain('/link/')
  await confirms(heard().at(-1)?.text ?? '')
  expect(await ada.get('/api/platform-linking/links')).toMatchObject([
    { platform: 'SLACK', platform_user_id: nelly.id, platform_username: 'nelly' },
  ])

  slack.write(chat, nelly, 'wait for it')
  await expect.poll(() => heard().at(-1)?.text).toBe('Let me think. ')
  agent.release('wait for it')
  await expect.poll(() => heard().at(-1)?.text).toBe('Let me think. You said: wait for it')
  expect(heard()).toHaveLength(2)

  slack.write(chat, nelly, 'And then?')
  await expect.poll(() => heard().at(-1)?.text).toBe('You said: And then?')
  expect(agent.runs).toHaveLength(2)
  expect(await history()).toEqual(['user', 'assistant', 'user', 'assistant'])
})
