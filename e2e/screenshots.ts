import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { openBrowser, openPage } from './browser.ts'
import { card, createFirstAccount, say, signIn, untilShown } from './people.ts'
import { startPortico } from './server.ts'
import { shootIntegrations } from './shots-of-integrations.ts'
import { shootOutsideBots } from './shots-of-outside-bots.ts'
import { shootTokens } from './shots-of-tokens.ts'
import { startGithubSimulator } from '../src/channels/github/testing/simulator.ts'
import { startTelegramSimulator } from '../src/channels/telegram/testing/simulator.ts'
import { startWechatSimulator } from '../src/channels/wechat/testing/simulator.ts'

/**
 * `npm run screenshots`: every page as people see it, wide and narrow, light and dark, in both languages, from a
 * real server; and the two pictures of the README. Look at them before a page is called done.
 */
const output = join(import.meta.dirname, 'output')
const readmePictures = join(import.meta.dirname, '../docs/images')

const looks = [1280, 390].flatMap((width) =>
  (['light', 'dark'] as const).flatMap((colorScheme) =>
    (['en-GB', 'zh-CN'] as const).map((locale) => ({ width, colorScheme, locale })),
  ),
)
type Look = (typeof looks)[number]

const telegram = await startTelegramSimulator()
const { token } = telegram.addBot({ username: 'portico_bot' })
const wechat = await startWechatSimulator()
const github = await startGithubSimulator()
await using server = await startPortico(
  JSON.stringify({
    channels: {
      telegram: { api_root: telegram.url },
      wechat: { api_root: wechat.url },
      github: github.platform.addBot('Portico').settings,
    },
  }),
)
const browser = await openBrowser()
await mkdir(output, { recursive: true })
await mkdir(readmePictures, { recursive: true })

for (const look of looks) await shootFirstStart(look)
const session = await takeReadmePictures(browser)
for (const look of looks) {
  await shootSignIn(look)
  await shootPages(look)
  await shootCredentials(look)
}
const code = await connectTelegram()
for (const look of looks) {
  await shootConnected(look)
  await shootBots(look)
  await shootDialogs(look)
  const studio = {
    open: (as: 'ada' | 'nobody') => openWith(look, as === 'ada' ? session : {}),
    shoot: (page: Page, name: string) => shoot(page, name, look),
  }
  await shootOutsideBots(studio)
  await shootIntegrations(studio)
  await shootTokens(studio)
}
telegram.revoke(token)
for (const look of looks) await shootWrongCredentials(look)
await browser.close()
await Promise.all([telegram.stop(), wechat.stop(), github.stop()])

async function openWith({ width, colorScheme, locale }: Look, as: BrowserContextOptions = {}): Promise<Page> {
  const viewport = { width, height: width > 700 ? 800 : 844 }
  return (await openPage(browser, server.url, { viewport, colorScheme, locale, ...as })).page
}

async function shoot(page: Page, name: string, { width, colorScheme, locale }: Look): Promise<void> {
  await untilShown(page)
  await page.screenshot({ path: join(output, `${name}-${width}-${colorScheme}-${locale.slice(0, 2)}.png`) })
}

async function shootFirstStart(look: Look): Promise<void> {
  const page = await openWith(look)
  await page.goto('/')
  await shoot(page, 'first-start', look)
  await page.context().close()
}

async function shootSignIn(look: Look): Promise<void> {
  const page = await openWith(look)
  await page.goto('/')
  await shoot(page, 'sign-in', look)
  // Refused here and not by the server, which counts wrong passwords.
  await page.route('**/api/auth/sign-in/email', (route) =>
    route.fulfill({ status: 401, json: { code: 'INVALID_EMAIL_OR_PASSWORD' } }),
  )
  await signIn(page)
  await page.getByRole('alert').waitFor()
  await shoot(page, 'sign-in-refused', look)
  await page.context().close()
}

async function shootPages(look: Look): Promise<void> {
  const page = await openWith(look, session)
  await page.goto('/chat')
  await page.locator('textarea').waitFor()
  await shoot(page, 'chat-new', look)
  for (const [name, path] of [
    ['chat', await newestConversation(page)],
    ['chat-missing', '/chat/cnv_nowhere'],
    ['channels', '/channels'],
    ['playground', '/playground'],
  ] as const) {
    await page.goto(path)
    await shoot(page, name, look)
  }
  await page.route('**/api/channels/providers', (route) => route.abort())
  await page.goto('/channels')
  await page.getByRole('alert').waitFor()
  await shoot(page, 'channels-failing', look)
  await page.context().close()
}

async function openChannels(look: Look): Promise<Page> {
  const page = await openWith(look, session)
  await page.goto('/channels')
  await untilShown(page)
  return page
}

async function shootCredentials(look: Look): Promise<void> {
  const page = await openChannels(look)
  await card(page, 'Telegram').locator('button').click()
  const form = page.getByRole('dialog')
  await form.waitFor()
  await shoot(page, 'credentials', look)
  await form.locator('textarea').fill('7000009:simulated-token-9')
  await form.locator('input').fill('portico_bot')
  await form.locator('button[type=submit]').click()
  await form.getByRole('alert').waitFor()
  await shoot(page, 'credentials-refused', look)
  await page.context().close()
}

/** Enters the right token, connects, and answers what the server said to the request for a code. */
async function connectTelegram(): Promise<object> {
  const page = await openChannels({ width: 1280, colorScheme: 'light', locale: 'en-GB' })
  await card(page, 'Telegram').locator('button').click()
  const form = page.getByRole('dialog')
  await form.locator('textarea').fill(token)
  await form.locator('input').fill('portico_bot')
  const answered = page.waitForResponse('**/connect')
  await form.locator('button[type=submit]').click()
  const answer = (await (await answered).json()) as { code: string }
  telegram.person({ id: 1, first_name: 'Ada', username: 'ada' }).writes(token, `/start ${answer.code}`)
  await page.getByText('Connected as Ada').waitFor()
  await page.context().close()
  return answer
}

async function shootConnected(look: Look): Promise<void> {
  const page = await openChannels(look)
  await shoot(page, 'channels-connected', look)
  const menu = card(page, 'Telegram').locator('button[aria-haspopup=menu]')
  await menu.click()
  await page.getByRole('menu').waitFor()
  await shoot(page, 'channels-menu', look)
  await page.getByRole('menuitem').last().click()
  await page.getByRole('dialog').waitFor()
  await shoot(page, 'channels-remove', look)
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  // There are five live codes at most, and more looks.
  await page.route('**/api/channels/telegram/connect', (route) => route.fulfill({ json: code }))
  await card(page, 'Telegram').locator('li button').last().click()
  await page.locator('output').waitFor()
  await shoot(page, 'connect', look)
  await page.context().close()
}

async function shootBots(look: Look): Promise<void> {
  const page = await openWith(look, session)
  await page.goto('/channels/bots')
  await shoot(page, 'bots', look)
  const dialog = page.getByRole('dialog')
  const close = async () => {
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
  }
  await page.locator('main header button').click()
  await dialog.waitFor()
  await shoot(page, 'bots-add', look)
  await close()
  for (const [index, name] of ['bots-edit', 'bots-rules', 'bots-menu', 'bots-remove'].entries()) {
    await card(page, 'telegram').locator('button[aria-haspopup=menu]').click()
    await page.getByRole('menu').waitFor()
    if (name === 'bots-menu') {
      await shoot(page, name, look)
      await page.keyboard.press('Escape')
      continue
    }
    await page.getByRole('menuitem').nth(index).click()
    await dialog.waitFor()
    await shoot(page, name, look)
    await close()
  }
  await page.context().close()
}

/** Platforms where a person scans a code to log in, and where others can read the connect code. */
async function shootDialogs(look: Look): Promise<void> {
  const page = await openChannels(look)
  await card(page, 'WeChat').locator('button').click()
  await page.getByRole('dialog').locator('svg[role=img]').waitFor()
  await shoot(page, 'login', look)
  wechat.logins.codes.at(-1)?.askForNumber('42')
  await page.getByRole('dialog').locator('input').waitFor()
  await shoot(page, 'login-asks', look)
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await card(page, 'GitHub').locator('li button').click()
  await page.getByRole('dialog').locator('input').fill('ada')
  await shoot(page, 'connect-account', look)
  await page.route('**/api/channels/github/connect', (route) =>
    route.fulfill({ json: { ...code, mode: 'binding_code', url: null } }),
  )
  await page.locator('button[type=submit]').click()
  await page.locator('output').waitFor()
  await shoot(page, 'connect-public', look)
  await page.context().close()
}

async function shootWrongCredentials(look: Look): Promise<void> {
  const page = await openChannels(look)
  await page.locator('[data-tone=bad]').waitFor()
  await shoot(page, 'channels-wrong-credentials', look)
  await page.context().close()
}

async function newestConversation(page: Page): Promise<string> {
  const response = await page.request.get('/api/conversations')
  const { conversations } = (await response.json()) as { conversations: { id: string }[] }
  return `/chat/${conversations[0]?.id ?? ''}`
}

/** The walk through the playground and an answer in the chat, each caught in mid-answer. */
async function takeReadmePictures(browser: Browser) {
  const { page } = await openPage(browser, server.url, { reducedMotion: 'no-preference' })
  await createFirstAccount(page)
  await page.goto('/playground')
  const phone = page.getByRole('region', { name: 'Simulated chat app' })
  await page.getByRole('button', { name: 'Say hello for me' }).click()
  await phone.getByText('not connected to an account').waitFor()
  await page.getByRole('button', { name: 'Make a code' }).click()
  await page.getByRole('button', { name: 'Send it for me' }).click()
  await phone.getByText('Connected as').waitFor()
  await page.getByRole('button', { name: /^Ask/ }).click()
  await phone.getByText('The door.').waitFor()
  await page.screenshot({ path: join(readmePictures, 'playground.png') })

  await page.goto('/chat')
  await say(page, 'Show markdown')
  await page.locator('article table').waitFor()
  await page.screenshot({ path: join(readmePictures, 'chat.png') })
  await page.getByRole('button', { name: 'Copy the answer' }).waitFor()
  const storageState = await page.context().storageState()
  await page.context().close()
  return { storageState }
}
