import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTelegramSimulator, type TelegramSimulator } from '../src/channels/telegram/testing/simulator.ts'
import { seriousFlaws } from './accessibility.ts'
import { journey } from './journey.ts'
import { card, choose, createFirstAccount, openChannels } from './people.ts'

const tokens = ['7000001:simulated-token-1', '7000002:simulated-token-2'] as const

let telegram: TelegramSimulator

describe('bots', () => {
  const { open } = journey({
    async yaml() {
      telegram = await startTelegramSimulator()
      telegram.addBot({ token: tokens[0], username: 'clerk_bot' })
      telegram.addBot({ token: tokens[1], username: 'scout_bot' })
      return [
        'agents:',
        '  default: { kind: echo }',
        '  guide: { kind: echo }',
        'channels:',
        `  telegram: { enabled: true, api_root: "${telegram.url}", bot_token: "${tokens[0]}", bot_username: clerk_bot }`,
      ].join('\n')
    },
    expected: /\b4\d\d\b.*api\/bots/,
  })

  beforeAll(async () => createFirstAccount(await open()))
  afterAll(() => telegram.stop())

  it('are added, given rules, chosen between, paused and removed', async () => {
    const page = await openChannels(await open(), '/channels/bots')
    await page.getByRole('button', { name: 'Add a bot' }).click()
    const form = page.getByRole('dialog', { name: 'Add a bot' })
    await form.getByLabel('Channel').selectOption({ label: 'Telegram' })
    await form.getByLabel('Name', { exact: true }).fill('Scout')
    await form.getByLabel('Agent').fill('nobody')
    await form.getByLabel('Bot token').fill(tokens[1])
    await form.getByLabel('Bot username').fill('scout_bot')
    await form.getByRole('button', { name: 'Check and add' }).click()
    await form.getByRole('alert').waitFor()
    expect(await seriousFlaws(page)).toEqual([])
    await form.getByLabel('Agent').fill('guide')
    await form.getByRole('button', { name: 'Check and add' }).click()
    const scout = card(page, 'Scout')
    await scout.getByText('Telegram, answered by guide').waitFor()
    await scout.getByText('Connected', { exact: true }).waitFor()

    await choose(page, 'Scout', 'Rules')
    const rules = page.getByRole('dialog', { name: 'Rules of Scout' })
    const groups = rules.getByLabel('Groups', { exact: true })
    await groups.fill('-1001')
    await groups.press('Enter')
    // What was typed counts without it, too.
    await groups.fill('-1002')
    await rules.getByLabel('In groups it answers').selectOption({ label: 'Everything' })
    await rules.getByLabel('Welcome').fill('Good **day**')
    expect(await seriousFlaws(page)).toEqual([])
    await rules.getByRole('button', { name: 'Save' }).click()
    await rules.waitFor({ state: 'detached' })
    await choose(page, 'Scout', 'Rules')
    await rules.getByText('-1001', { exact: true }).waitFor()
    await rules.getByText('-1002', { exact: true }).waitFor()
    expect(await rules.getByLabel('Welcome').inputValue()).toBe('Good **day**')
    await page.keyboard.press('Escape')

    await page.getByRole('navigation', { name: 'Views of the channels' }).getByText('Channels').click()
    await card(page, 'Telegram').getByText('Scout: Connected').waitFor()
    await card(page, 'Telegram').getByText('You are not connected yet.').click({ force: true })
    const connecting = page.getByRole('dialog', { name: 'Connect Telegram' })
    const link = connecting.getByRole('link', { name: 'Open Telegram' })
    await expect.poll(() => link.getAttribute('href')).toContain('/clerk_bot?')
    await connecting.getByLabel('Bot', { exact: true }).selectOption({ label: 'Scout' })
    await expect.poll(() => link.getAttribute('href')).toContain('/scout_bot?')
    expect(await seriousFlaws(page)).toEqual([])
    const code = await connecting.locator('output').innerText()
    telegram.person({ id: 1, first_name: 'Ada', username: 'ada' }).writes(tokens[1], `/start ${code}`)
    await connecting.getByText('Connected as Ada').waitFor()
    await connecting.getByRole('button', { name: 'Done' }).click()

    await page.getByRole('link', { name: 'Bots' }).click()
    await choose(page, 'Scout', 'Pause')
    await scout.getByText('Paused').waitFor()
    await choose(page, 'Scout', 'Resume')
    await scout.getByText('Connected', { exact: true }).waitFor()
    await choose(page, 'Scout', 'Edit')
    const edit = page.getByRole('dialog', { name: 'Edit Scout' })
    expect(await edit.getByLabel('Bot token').inputValue()).toBe('********')
    await edit.getByLabel('Name', { exact: true }).fill('Pathfinder')
    await edit.getByRole('button', { name: 'Save' }).click()
    await choose(page, 'Pathfinder', 'Remove')
    const warning = page.getByRole('dialog', { name: 'Remove Pathfinder?' })
    await warning.getByText('everybody’s connections stay').waitFor()
    await warning.getByRole('button', { name: 'Remove' }).click()
    await card(page, 'Pathfinder').waitFor({ state: 'detached' })
    expect(await page.content()).not.toContain(tokens[1])
  })
})
