import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { seriousFlaws } from './accessibility.ts'
import { botService, type BotService } from './bot-service.ts'
import { journey } from './journey.ts'
import { card, choose, createFirstAccount, openChannels, signIn } from './people.ts'

describe('a bot that somebody else runs', () => {
  const { open } = journey({ expected: /\b4\d\d\b.*platform-linking/ })
  let bot: BotService

  beforeAll(async () => createFirstAccount(await open()))

  /** What the window tells this once. */
  async function keepSecret(page: Page): Promise<string> {
    const window = page.getByRole('dialog', { name: 'The key' })
    const secret = await window.locator('output').innerText()
    expect(await seriousFlaws(page)).toEqual([])
    await window.getByRole('button', { name: 'I have kept it' }).click()
    await window.waitFor({ state: 'detached' })
    expect(await page.content()).not.toContain(secret)
    return secret
  }

  const openKeys = async () => {
    const page = await open()
    await page.goto('/channels/bot-keys')
    await signIn(page)
    await page.getByRole('heading', { name: 'Bot keys', exact: true }).waitFor()
    return page
  }

  it('gets a key, shown once', async () => {
    const page = await openKeys()
    await page.getByText('No bot keys yet').waitFor()
    await page.getByRole('button', { name: 'New bot key' }).click()
    const form = page.getByRole('dialog', { name: 'New bot key' })
    await form.getByLabel('Name of the bot').fill('Helper of the team')
    await form.getByRole('combobox', { name: 'Platforms' }).click()
    await page.getByRole('option', { name: 'Discord' }).click()
    expect(await seriousFlaws(page)).toEqual([])
    await form.getByLabel('Name of the bot').click()
    await form.getByRole('button', { name: 'Make the key' }).click()
    bot = botService(page, await keepSecret(page))
    await card(page, 'Helper of the team').getByText('Discord · agent default').waitFor()
    await card(page, 'Helper of the team').getByText('Never used').waitFor()
    const elsewhere = await bot.ask('POST', '/tokens', { platform: 'SLACK', platform_user_id: 'U1' })
    expect(elsewhere.status).toBe(403)
  })

  it('connects who follows its link: signed out at first, back at the same address, once', async () => {
    const { token, path } = await bot.link('100', 'ada.on.discord')
    expect(await bot.statusOf(token)).toBe('pending')
    const page = await open()
    await page.goto(path)
    await page.getByText('Sign in to connect your chat account.').waitFor()
    await page.getByText('No account yet? Ask an administrator').waitFor()
    expect(await seriousFlaws(page)).toEqual([])
    await signIn(page)
    await page.getByRole('heading', { name: 'Connect this chat account?' }).waitFor()
    expect(new URL(page.url()).pathname).toBe(path)
    await page.getByText('ada.on.discord', { exact: true }).waitFor()
    await page.getByText('Helper of the team', { exact: true }).waitFor()
    expect(await seriousFlaws(page)).toEqual([])
    expect(await bot.statusOf(token)).toBe('pending')
    await page.getByRole('button', { name: 'Connect it' }).click()
    await page.getByRole('heading', { name: 'Connected on Discord' }).waitFor()
    // Who listens to the page hears at once what came of it.
    expect(await page.locator(':focus').innerText()).toBe('Connected on Discord')
    expect(await seriousFlaws(page)).toEqual([])
    expect(await bot.statusOf(token)).toBe('linked')

    await page.reload()
    await page.getByRole('heading', { name: 'This link was used already' }).waitFor()
    await page.getByRole('link', { name: 'See your connections' }).click()
    await card(page, 'Discord').getByText('ada.on.discord').waitFor()
  })

  it('says of every link that leads nowhere why', async () => {
    const page = await open()
    const first = await bot.link('200', 'Grace')
    const second = await bot.link('200', 'Grace')
    await page.goto(first.path)
    await signIn(page)
    await page.getByRole('heading', { name: 'This link has expired' }).waitFor()
    await page.goto('/link/nobody-made-this')
    await page.getByRole('heading', { name: 'This link is not known here' }).waitFor()
    expect(await seriousFlaws(page)).toEqual([])

    await page.goto(second.path)
    await page.getByRole('button', { name: 'This is not me' }).click()
    await page.getByRole('heading', { name: 'Nothing was connected' }).waitFor()
    expect(await bot.statusOf(second.token)).toBe('pending')
    await page.reload()
    // Somebody else was quicker than this reader's finger.
    await page.route('**/confirm', (route) =>
      route.fulfill({ status: 409, json: { code: 'identity_linked', detail: 'Linked.' } }),
    )
    await page.getByRole('button', { name: 'Connect it' }).click()
    await page.getByRole('heading', { name: 'This chat account is connected already' }).waitFor()
  })

  it('keeps the words of the page in their order, whatever a chat account is called', async () => {
    const { path } = await bot.link('300', `\u202Edrocsid no ${'very '.repeat(30)}long 🦊 اسم`)
    const page = await open({ viewport: { width: 390, height: 844 }, locale: 'zh-CN' })
    await page.goto(path)
    await signIn(page)
    await page.getByRole('heading', { name: '绑定这个聊天账号？' }).waitFor()
    await page.getByText('Helper of the team', { exact: true }).waitFor()
    const overhang = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
    expect(await page.evaluate<number>(overhang)).toBe(0)
    expect(await seriousFlaws(page)).toEqual([])
    const confirm = await page.getByRole('button', { name: '绑定', exact: true }).boundingBox()
    expect((confirm?.y ?? Infinity) + (confirm?.height ?? 0)).toBeLessThan(844)
  })

  it('has two keys while they are exchanged, and none once they are revoked', async () => {
    const page = await openKeys()
    const { token } = await bot.link('400', 'Alan')
    await choose(page, 'Helper of the team', 'Rotate')
    const rotate = page.getByRole('dialog', { name: 'Rotate the key of Helper of the team' })
    expect(await seriousFlaws(page)).toEqual([])
    await rotate.getByRole('button', { name: 'Make a new secret' }).click()
    const fresh = botService(page, await keepSecret(page))
    expect(await bot.statusOf(token)).toBe('pending')
    expect(await fresh.statusOf(token)).toBe('pending')
    await card(page, 'Helper of the team').getByText('counts until').waitFor()

    await choose(page, 'Helper of the team', 'Revoke')
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
    await card(page, 'Helper of the team').getByText('Revoked').waitFor()
    // It was the only one, so that no bot is let in any more.
    for (const one of [bot, fresh]) expect((await one.ask('GET', `/tokens/${token}/status`)).status).toBe(503)
  })

  it('is not for people who may not look after bots', async () => {
    const page = await openChannels(await open())
    await page.route('**/api/me', async (route) => {
      const response = await route.fetch()
      await route.fulfill({ json: { ...((await response.json()) as object), role: 'user' } })
    })
    await page.reload()
    await page.getByRole('link', { name: 'Sponsored groups' }).waitFor()
    expect(await page.getByRole('link', { name: 'Bot keys' }).count()).toBe(0)
    expect(await page.getByRole('link', { name: 'Webhooks' }).count()).toBe(0)
  })
})
