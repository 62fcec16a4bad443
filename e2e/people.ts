import type { Locator, Page } from 'playwright-core'

export const ada = { name: 'Ada Example', email: 'ada@example.org', password: 'correct horse battery' }

/** Fills the form of the first start; ends in the console. */
export async function createFirstAccount(page: Page): Promise<void> {
  await page.goto('/')
  await page.locator('input[name=name]').fill(ada.name)
  await page.locator('input[name=email]').fill(ada.email)
  await page.locator('input[name=password]').fill(ada.password)
  await page.locator('button[type=submit]').click()
  await page.waitForURL('**/chat')
  await page.locator('textarea').waitFor()
}

export async function signIn(page: Page, password = ada.password): Promise<void> {
  await page.locator('input[name=email]').fill(ada.email)
  await page.locator('input[name=password]').fill(password)
  await page.locator('button[type=submit]').click()
}

/** Writes to the agent from wherever a composer is shown. */
export async function say(page: Page, text: string): Promise<void> {
  await page.locator('textarea').fill(text)
  await page.keyboard.press('Enter')
}

/** Until the page has its content: streams stay open, so the network is never idle. */
export async function untilShown(page: Page): Promise<void> {
  await page.locator('h1, h2').first().waitFor()
  await page.locator('[class*=Skeleton]').first().waitFor({ state: 'detached' })
}

/** What stands under one heading in a list of cards. */
export function card(page: Page, heading: string): Locator {
  return page.locator('li').filter({ has: page.getByRole('heading', { name: heading, exact: true }) })
}

/** Signs in and opens the channels. */
export async function openChannels(page: Page, path = '/channels'): Promise<Page> {
  await page.goto(path)
  await signIn(page)
  await page.locator('li h2').first().waitFor()
  return page
}

/** Chooses what one does with a channel or bot from its menu. */
export async function choose(page: Page, name: string, item: string): Promise<void> {
  await page.getByRole('button', { name: `Manage ${name}`, exact: true }).click()
  await page.getByRole('menuitem', { name: item, exact: true }).click()
}

/** What a program of the reader's would send, with the session of the page. */
export async function postAs(page: Page, path: string, data: object): Promise<void> {
  const cookies = await page.context().cookies()
  const token = cookies.find(({ name }) => name === 'csrf_token')?.value ?? ''
  const headers = { 'x-csrf-token': decodeURIComponent(token) }
  const response = await page.request.post(path, { headers, data })
  if (!response.ok()) throw new Error(`${path} answered ${response.status()}.`)
}
