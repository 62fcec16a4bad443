import { expect, it, onTestFinished } from 'vitest'
import { startTelegramSimulator } from '../src/channels/telegram/testing/simulator.ts'
import { startTelegramBot } from './telegram-bot.ts'
import { setStage } from './testing/stage.ts'

it('a grammY bot links a stranger who sends the number of the page, answers them, and stops', async () => {
  const { world, agent, key, confirms, history } = await setStage('both')
  const telegram = await startTelegramSimulator()
  onTestFinished(() => telegram.stop())
  const telegramToken = telegram.addBot().token
  const nelly = telegram.person({ id: 7, first_name: 'Nelly' })
  const chat = nelly.chatWith(telegramToken)
  const heard = () => chat.messages.filter(({ from }) => from.is_bot)
  const bot = startTelegramBot({
    telegramToken,
    telegramApi: telegram.url,
    porticoUrl: world.url,
    porticoKey: key,
  })
  onTestFinished(() => bot.stop())

  nelly.writes(telegramToken, 'Who are you?')
  await expect.poll(() => heard()[0]?.text).toContain('/link/')
  const number = await confirms(heard()[0]?.text ?? '')
  expect(number).toMatch(/^\d{4}$/)
  const wrong = String((Number(number) + 1) % 10_000).padStart(4, '0')
  nelly.writes(telegramToken, wrong)
  await expect.poll(() => heard()[1]?.text).toContain('That is not the number')
  nelly.writes(telegramToken, number ?? '')
  await expect.poll(() => heard()[2]?.text).toBe('Connected. What can I do for you?')

  nelly.writes(telegramToken, 'wait for it')
  await expect.poll(() => heard()[3]?.text).toBe('Let me think. ')
  agent.release('wait for it')
  await expect.poll(() => heard()[3]?.text).toBe('Let me think. You said: wait for it')
  expect(heard()[3]?.history).toEqual(['…', 'Let me think. '])

  nelly.writes(telegramToken, '4711')
  await expect.poll(() => heard()[4]?.text).toBe('You said: 4711')

  nelly.writes(telegramToken, 'wait for ever')
  await agent.untilRun('wait for ever')
  await expect.poll(() => heard()[5]?.text).toBe('Let me think. ')
  nelly.writes(telegramToken, '/stop')
  await expect
    .poll(async () =>
      (await world.database.db.selectFrom('turns').select('state').execute()).map(({ state }) => state),
    )
    .toContain('cancelled')
  expect(await history()).toEqual(['user', 'assistant', 'user', 'assistant', 'user', 'assistant'])
})
