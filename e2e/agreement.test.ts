import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  startTelegramSimulator,
  type Person,
  type TelegramSimulator,
} from '../src/channels/telegram/testing/simulator.ts'
import { seriousFlaws } from './accessibility.ts'
import { botService } from './bot-service.ts'
import { journey } from './journey.ts'
import { card, choose, createFirstAccount, openChannels, postAs, signIn } from './people.ts'

const token = '7000001:simulated-token-1'
const key = 'a-key-of-the-environment'

let telegram: TelegramSimulator
let ada: Person

const wrong = (number: string) => String((Number(number) + 1) % 10_000).padStart(4, '0')

describe('where both sides must agree', () => {
  const { open } = journey({
    async yaml() {
      telegram = await startTelegramSimulator()
      telegram.addBot({ token, username: 'portico_bot' })
      ada = telegram.person({ id: 1, first_name: 'Ada', username: 'ada' })
      return [
        `linking: { approval: both, bot_api_key: "${key}" }`,
        'channels:',
        `  telegram: { enabled: true, api_root: "${telegram.url}", bot_token: "${token}", bot_username: portico_bot }`,
      ].join('\n')
    },
    expected: /\b4\d\d\b.*approvals/,
  })

  beforeAll(async () => createFirstAccount(await open()))
  afterAll(() => telegram.stop())

  it('shows whoever follows a link a number, which counts in the chat', async () => {
    const page = await openChannels(await open())
    const bot = botService(page, key)
    const { token: link, path } = await bot.link('100', 'Ada on Discord')
    await page.goto(path)
    await page.getByRole('button', { name: 'Connect it' }).click()
    await page.getByRole('heading', { name: 'Send this number' }).waitFor()
    const number = await page.locator('output').innerText()
    expect(number).toMatch(/^\d{4}$/)
    expect(await seriousFlaws(page)).toEqual([])
    const send = async (typed: string) => {
      const sender = { platform: 'DISCORD', platform_user_id: '100' }
      const answer = await bot.ask('POST', '/approve', { ...sender, number: typed })
      return ((await answer.json()) as { status: string }).status
    }
    expect(await send(wrong(number))).toBe('wrong_number')
    // Loaded again, the page shows the same number.
    await page.reload()
    await page.getByRole('button', { name: 'Connect it' }).click()
    expect(await page.locator('output').innerText()).toBe(number)
    expect(await bot.statusOf(link)).toBe('pending')
    expect(await send(number)).toBe('linked')
    await page.getByRole('heading', { name: 'Connected on Discord' }).waitFor()
    expect(await bot.statusOf(link)).toBe('linked')
  })

  it('connects nothing when the number is given up, or was wrong too often', async () => {
    const page = await openChannels(await open())
    const bot = botService(page, key)
    const { token: link, path } = await bot.link('200', 'Mallory')
    await page.goto(path)
    await page.getByRole('button', { name: 'Connect it' }).click()
    const number = await page.locator('output').innerText()
    for (let guesses = 0; guesses < 3; guesses++)
      await bot.ask('POST', '/approve', {
        platform: 'DISCORD',
        platform_user_id: '200',
        number: wrong(number),
      })
    await page.getByRole('heading', { name: 'Not connected' }).waitFor()
    expect(await bot.statusOf(link)).toBe('expired')

    const other = await bot.link('300', 'Mallory')
    await page.goto(other.path)
    await page.getByRole('button', { name: 'Connect it' }).click()
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('heading', { name: 'Nothing was connected' }).waitFor()
    expect(await bot.statusOf(other.token)).toBe('expired')
  })

  it('asks on the page for the number that the chat shows to whoever sent a code', async () => {
    const page = await openChannels(await open())
    await page.getByRole('button', { name: 'Connect, Telegram' }).click()
    const connecting = page.getByRole('dialog', { name: 'Connect Telegram' })
    const code = await connecting.locator('output').innerText()
    ada.writes(token, `/start ${code}`)
    await connecting.getByText('Ada sent your code on Telegram.').waitFor()
    const [number = ''] = /\d{4}/.exec(ada.chatWith(token).messages.at(-1)?.text ?? '') ?? []
    expect(await seriousFlaws(page)).toEqual([])
    await page.keyboard.type(wrong(number))
    await connecting.getByText('2 tries are left.').waitFor()
    expect(await seriousFlaws(page)).toEqual([])

    // The chat says: under Channels; so it can also be typed there, without the window.
    await page.keyboard.press('Escape')
    const pending = page.getByRole('region', { name: 'Telegram' })
    await pending.getByText('2 tries are left.').waitFor()
    expect(await seriousFlaws(page)).toEqual([])
    await pending.locator('input').first().click()
    await page.keyboard.type(number)
    await card(page, 'Telegram').getByText('@ada').waitFor()
    await pending.waitFor({ state: 'detached' })
  })

  it('lists a group that was sponsored in the chat, with what its guests used; it is changed and ended', async () => {
    const page = await open()
    await page.goto('/channels/groups')
    await signIn(page)
    await page.getByText('No sponsored groups').waitFor()
    expect(await seriousFlaws(page)).toEqual([])
    const group = telegram.addGroup({ id: -2100, title: 'Garden', bots: [token] })
    group.administrators.add(ada.account.id)
    ada.writes(token, '/sponsor@portico_bot The garden', { chat: group })
    await group.untilAnswer((text) => text.startsWith('From now on I answer everybody'))
    const guest = telegram.person({ id: 2, first_name: 'Eve' })
    guest.writes(token, '@portico_bot What is Portico?', { chat: group })
    await group.untilAnswer((text) => text.includes('front door'))

    await page.reload()
    const garden = card(page, 'The garden')
    await garden.getByText('1 of 200 answers today').waitFor()
    await garden.getByText('On Telegram, by the bot telegram').waitFor()
    await garden.getByText('Guests are answered').waitFor()
    expect(await seriousFlaws(page)).toEqual([])
    await choose(page, 'The garden', 'Change the limits')
    const limits = page.getByRole('dialog', { name: 'Limits of The garden' })
    await limits.getByLabel('Answers a day').fill('1')
    expect(await seriousFlaws(page)).toEqual([])
    await limits.getByRole('button', { name: 'Save' }).click()
    await garden.getByText('1 of 1 answers today').waitFor()
    guest.writes(token, '@portico_bot And more?', { chat: group })
    await group.untilAnswer((text) => text.includes('used up'))

    await choose(page, 'The garden', 'End')
    const ending = page.getByRole('dialog', { name: 'End the sponsoring of The garden?' })
    await ending.getByText('Guests are not answered any more').waitFor()
    await ending.getByRole('button', { name: 'End', exact: true }).click()
    await page.getByText('No sponsored groups').waitFor()
  })

  it('says in the conversation what was posted, and what did not arrive and why', async () => {
    const page = await openChannels(await open(), '/channels')
    ada.writes(token, 'What is Portico?')
    await ada.chatWith(token).untilAnswer((text) => text.includes('front door'))
    const { id } = await conversation(page, 'What is Portico?')
    await page.goto(`/chat/${id}`)
    await page.getByText('From Telegram').waitFor()
    await postAs(page, `/api/conversations/${id}/messages`, { text: 'The **train** is late.' })
    await page.getByText('Sent by a program, not an answer').waitFor()
    await ada.chatWith(token).untilAnswer((text) => text.includes('train is late'))
    expect(await page.getByText('Not delivered on Telegram').count()).toBe(0)
    ada.blocks(token)
    await postAs(page, `/api/conversations/${id}/messages`, { text: 'And later still.' })
    await page.getByText('Not delivered on Telegram. The chat cannot be reached any more.').waitFor()
    expect(await seriousFlaws(page)).toEqual([])
  })
})

async function conversation(page: Page, title: string): Promise<{ id: string }> {
  const response = await page.request.get('/api/conversations')
  const { conversations } = (await response.json()) as { conversations: { id: string; title: string }[] }
  const found = conversations.find((one) => one.title === title)
  if (found === undefined) throw new Error(`There is no conversation ${title}.`)
  return found
}
