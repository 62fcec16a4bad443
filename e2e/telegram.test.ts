import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTelegramSimulator, type TelegramSimulator } from '../src/channels/telegram/testing/simulator.ts'
import { seriousFlaws } from './accessibility.ts'
import { journey } from './journey.ts'
import { card, choose, createFirstAccount, openChannels } from './people.ts'

const token = '7000001:simulated-token-1'
const wrongToken = '7000009:simulated-token-9'

let telegram: TelegramSimulator

describe('a Telegram bot', () => {
  const { open } = journey({
    async yaml() {
      telegram = await startTelegramSimulator()
      telegram.addBot({ token, username: 'portico_bot' })
      return `channels:\n  telegram: { enabled: true, api_root: "${telegram.url}" }\n`
    },
    expected: /\b400\b.*runtime-config/,
  })

  beforeAll(async () => createFirstAccount(await open()))
  afterAll(() => telegram.stop())

  it('is refused with a wrong token, and runs with the right one; a person connects and disconnects', async () => {
    const page = await openChannels(await open())
    await card(page, 'Telegram').getByText('Needs credentials').click({ force: true })
    const form = page.getByRole('dialog', { name: 'Set up Telegram' })
    await form.getByLabel('Bot token').fill(wrongToken)
    await form.getByLabel('Bot username').fill('portico_bot')
    await form.getByRole('button', { name: 'Save and start' }).click()
    await form.getByRole('alert').getByText('Telegram refused these credentials.').waitFor()
    expect(await form.getByLabel('Bot token').inputValue()).toBe(wrongToken)
    expect(await form.getByLabel('Bot username').inputValue()).toBe('portico_bot')
    expect(await seriousFlaws(page)).toEqual([])

    await form.getByLabel('Bot token').fill(token)
    await form.getByRole('button', { name: 'Save and start' }).click()
    const connecting = page.getByRole('dialog', { name: 'Connect Telegram' })
    const link = await connecting.getByRole('link', { name: 'Open Telegram' }).getAttribute('href')
    const code = await connecting.locator('output').innerText()
    expect(link).toBe(`https://t.me/portico_bot?start=${code}`)
    expect(await seriousFlaws(page)).toEqual([])

    telegram.person({ id: 1, first_name: 'Ada', username: 'ada' }).writes(token, `/start ${code}`)
    await connecting.getByText('Connected as Ada').waitFor()
    await connecting.getByRole('button', { name: 'Done' }).click()

    await page.getByText('@ada').waitFor()
    await page.getByRole('button', { name: 'Disconnect Ada' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Disconnect' }).click()
    await page.getByText('You are not connected yet.').waitFor()
  })

  it('keeps its secret when something else is changed, restarts, and is removed with a warning', async () => {
    const page = await openChannels(await open())
    await choose(page, 'Telegram', 'Edit credentials')
    const form = page.getByRole('dialog', { name: 'Telegram credentials' })
    expect(await form.getByLabel('Bot token').inputValue()).toBe('********')
    await form.getByLabel('Bot username').fill('@portico_bot')
    await form.getByRole('button', { name: 'Save and start' }).click()
    await page.getByRole('dialog', { name: 'Connect Telegram' }).locator('output').waitFor()
    await page.keyboard.press('Escape')
    await card(page, 'Telegram').getByText('Connected', { exact: true }).waitFor()

    await choose(page, 'Telegram', 'Restart')
    await card(page, 'Telegram').getByText('Connected', { exact: true }).waitFor()

    await choose(page, 'Telegram', 'Remove')
    const warning = page.getByRole('dialog', { name: 'Remove Telegram?' })
    await warning.getByText('every connection to Telegram ends').waitFor()
    await warning.getByRole('button', { name: 'Remove' }).click()
    await card(page, 'Telegram').getByText('Needs credentials').waitFor()
    expect(await page.content()).not.toContain(token)
  })

  it('gives up its mask as a whole, so that no part of it becomes a secret', async () => {
    const page = await openChannels(await open())
    await page.getByRole('button', { name: 'Set up, Telegram' }).click()
    const secret = page.getByLabel('Bot token')
    await secret.fill('********')
    await secret.press('End')
    await secret.pressSequentially('new')
    expect(await secret.inputValue()).toBe('new')
    expect(await secret.getAttribute('type')).not.toBe('password')
    expect(await secret.getAttribute('autocomplete')).toBe('off')
  })
})
