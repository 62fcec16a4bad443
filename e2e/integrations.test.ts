import type { BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seriousFlaws } from './accessibility.ts'
import { journey } from './journey.ts'
import { stampsKey, startLendingStage, type LendingStage } from './lending-stage.ts'
import { card, choose, createFirstAccount, say, signIn } from './people.ts'

const overhang = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'

describe('accounts that a person lends', () => {
  let stage: LendingStage
  const { open } = journey({
    async yaml(url) {
      stage = await startLendingStage(url)
      return stage.yaml
    },
    expected: /\b4\d\d\b.*\/api\/integrations\//,
  })
  // Whoever signs in more than ten times a minute is taken for somebody who guesses.
  let session: BrowserContextOptions['storageState']
  const openAsAda = (options: BrowserContextOptions = {}) =>
    open({ ...options, ...(session !== undefined && { storageState: session }) })
  beforeAll(async () => {
    const page = await open()
    await createFirstAccount(page)
    session = await page.context().storageState()
  })
  afterAll(() => stage.stop())

  async function openIntegrations(page: Page): Promise<Page> {
    await page.goto('/integrations')
    await page.getByRole('heading', { name: 'Services' }).waitFor()
    return page
  }

  /** Opens the dialog of a provider by search and Enter alone. */
  async function find(page: Page, words: string, name: string) {
    await page.getByRole('searchbox').fill(words)
    await page.getByRole('button', { name: new RegExp(`^${name}`) }).waitFor()
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: `Connect ${name}` })
    await dialog.waitFor()
    return dialog
  }

  /** Goes to the desk in the window that opens, and says there who one is. */
  async function agreeAs(page: Page, account: string, answer: 'Allow' | 'Deny' = 'Allow') {
    const window = page.waitForEvent('popup')
    await page.getByRole('dialog').getByRole('button', { name: 'Continue at Desk' }).click()
    const desk = await window
    await desk.getByLabel('Account').fill(account)
    await page.getByText('Go on in the window of Desk').waitFor()
    const closed = desk.waitForEvent('close')
    await desk.getByRole('button', { name: answer }).click()
    await closed
  }

  it('connects by a window of the provider, that closes by itself', async () => {
    const page = await openIntegrations(await openAsAda())
    await page.getByText('None yet. Choose a service below').waitFor()
    expect(await seriousFlaws(page)).toEqual([])
    const dialog = await find(page, 'desk', 'Desk')
    await dialog.getByText('read your notes').waitFor()
    expect(await seriousFlaws(page)).toEqual([])
    await agreeAs(page, 'mia')
    await dialog.getByText('Connected to Desk as').waitFor()
    await dialog.getByText('write notes').waitFor()
    expect(await seriousFlaws(page)).toEqual([])
    await dialog.getByRole('button', { name: 'Done' }).click()
    await page.getByText('mia').first().waitFor()
    await page.getByText('Connected', { exact: true }).waitFor()
    expect(await page.content()).not.toContain('access_token')
  })

  it('says what was declined, and what was allowed in part', async () => {
    const page = await openIntegrations(await openAsAda())
    const dialog = await find(page, 'desk', 'Desk')
    await agreeAs(page, 'noah', 'Deny')
    await dialog.getByText('the request was declined there').waitFor()
    expect(await seriousFlaws(page)).toEqual([])
    await dialog.getByRole('button', { name: 'Cancel' }).click()

    stage.oidc.next.allows = (scope) => scope !== 'write'
    await find(page, 'desk', 'Desk')
    await agreeAs(page, 'noah')
    await dialog.getByText('Asked for and not granted').waitFor()
    await dialog.getByRole('button', { name: 'Done' }).click()
    await page.getByText('2 accounts').waitFor()
    stage.oidc.next.allows = () => true
    const again = page.waitForEvent('popup')
    await page.getByRole('button', { name: 'Ask again' }).click()
    const desk = await again
    // The desk is told whose account it is about.
    expect(await desk.getByLabel('Account').inputValue()).toBe('noah')
    await desk.getByRole('button', { name: 'Allow' }).click()
    await dialog.getByText('Connected to Desk as').waitFor()
    await dialog.getByRole('button', { name: 'Done' }).click()
    await page.getByText('Asked for and not granted').waitFor({ state: 'detached' })
  })

  it('goes on in the same window where the browser opens no other', async () => {
    const page = await openAsAda()
    await page.addInitScript('window.open = () => null')
    await openIntegrations(page)
    const dialog = await find(page, 'desk', 'Desk')
    await dialog.getByRole('button', { name: 'Continue at Desk' }).click()
    await page.getByLabel('Account').fill('noah')
    await page.getByRole('button', { name: 'Allow' }).click()
    await dialog.getByText('Connected to Desk as').waitFor()
    expect(new URL(page.url()).search).toBe('')
    await dialog.getByRole('button', { name: 'Done' }).click()
    // The account was there already, and stays one.
    await page.getByText('2 accounts').waitFor()
  })

  it('asks for more where one wants more, and calls an account as its owner does', async () => {
    const page = await openIntegrations(await openAsAda())
    await choose(page, 'mia', 'Rename')
    const rename = page.getByRole('dialog', { name: 'Rename' })
    await rename.getByLabel('Name').fill('My own desk')
    await rename.getByRole('button', { name: 'Save' }).click()
    await card(page, 'My own desk').getByText('2 permissions').waitFor()

    await choose(page, 'My own desk', 'Add permissions')
    const dialog = page.getByRole('dialog', { name: 'Add permissions at Desk' })
    await dialog.getByLabel('manage the desk').check()
    expect(await seriousFlaws(page)).toEqual([])
    const window = page.waitForEvent('popup')
    await dialog.getByRole('button', { name: 'Continue at Desk' }).click()
    await (await window).getByRole('button', { name: 'Allow' }).click()
    await page.getByRole('dialog').getByText('manage the desk').waitFor()
    await page.getByRole('button', { name: 'Done' }).click()
    await card(page, 'My own desk').getByText('3 permissions').waitFor()

    const opened = page.waitForEvent('popup')
    await choose(page, 'My own desk', 'Connect again')
    const other = await opened
    await other.getByLabel('Account').fill('somebody-else')
    await other.getByRole('button', { name: 'Allow' }).click()
    await page.getByText('You signed in with another account').waitFor()
    await page.getByRole('button', { name: 'Cancel' }).click()
  })

  it('takes a key when it is right, and headers for a host', async () => {
    const page = await openIntegrations(await openAsAda())
    const form = await find(page, 'postage', 'Stamps')
    const key = form.getByLabel('Stamps key')
    await key.fill('my password')
    await form.getByRole('button', { name: 'Add' }).click()
    await form.getByText('Keys of this service look different').waitFor()
    expect(await seriousFlaws(page)).toEqual([])
    await key.fill('stk_9999999999')
    await form.getByRole('button', { name: 'Add' }).click()
    await form.getByRole('alert').getByText('did not take this key').waitFor()
    expect(await key.inputValue()).toBe('stk_9999999999')
    await key.fill(stampsKey)
    await form.getByRole('button', { name: 'Add' }).click()
    await form.waitFor({ state: 'detached' })
    await card(page, 'Stamps').getByText('Corner shop').waitFor()
    expect(await page.content()).not.toContain(stampsKey)

    const hosts = await find(page, 'any http', 'Any HTTP service')
    await hosts.getByLabel('Host').fill('https://not a host/')
    await hosts.getByLabel('Value').fill('Bearer abc')
    await hosts.getByRole('button', { name: 'Add a header' }).click()
    await hosts.getByLabel('Name', { exact: true }).nth(1).fill('X-Team')
    await hosts.getByLabel('Value').nth(1).fill('blue')
    await hosts.getByRole('button', { name: 'Add', exact: true }).click()
    await hosts.getByRole('alert').getByText('The host is not valid').waitFor()
    expect(await seriousFlaws(page)).toEqual([])
    await hosts.getByLabel('Host').fill('*.example.com')
    await hosts.getByRole('button', { name: 'Add', exact: true }).click()
    await hosts.waitFor({ state: 'detached' })
    await card(page, 'Any HTTP service').getByText('*.example.com').waitFor()
  })

  it('says what the provider needs before people can sign in there', async () => {
    const page = await openIntegrations(await openAsAda())
    const dialog = await find(page, 'spotify', 'Spotify')
    await dialog.getByText('client_secret: $SPOTIFY_CLIENT_SECRET').waitFor()
    await dialog.getByText(`${new URL(page.url()).origin}/oauth/callback`).waitFor()
    expect(await seriousFlaws(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.getByRole('searchbox').fill('nothing that anybody has')
    await page.getByText('No service fits').waitFor()
    await page.getByText('under integrations.providers').waitFor()
    await page.getByRole('button', { name: 'Show all services' }).click()
    await page.getByRole('heading', { name: 'Development' }).waitFor()
  })

  it('holds a request back until its person allows it, beside the conversation it comes from', async () => {
    const page = await openAsAda()
    await page.goto('/chat')
    await say(page, 'Buy milk')
    const asked = page.getByRole('article', { name: 'The agent wants to send a request to Desk' })
    await asked.getByText('/notes').waitFor()
    await asked.getByText(/As .*(mia|noah)/).waitFor()
    expect(await seriousFlaws(page)).toEqual([])
    await asked.getByRole('button', { name: 'Allow once' }).click()
    await page.getByText(/Written as (mia|noah)\./).waitFor()

    await say(page, 'Buy a castle')
    await page.getByRole('link', { name: 'Integrations' }).click()
    await asked.getByRole('button', { name: 'Deny' }).click()
    await asked.waitFor({ state: 'detached' })
    await page.goBack()
    await page.getByText('Not written: approval_denied').waitFor()
  })

  it('ends an access at the provider, and says what came of it', async () => {
    const page = await openIntegrations(await openAsAda())
    await choose(page, 'My own desk', 'Disconnect')
    const dialog = page.getByRole('dialog')
    await dialog.getByText('asks Desk to end the access').waitFor()
    expect(await seriousFlaws(page)).toEqual([])
    const revocations = () => stage.oidc.seen.filter((one) => one === 'POST /token/revocation').length
    const before = revocations()
    await dialog.getByRole('button', { name: 'Disconnect' }).click()
    await dialog.getByText('Desk revoked both tokens').waitFor()
    expect(revocations() - before).toBe(2)
    await dialog.getByRole('button', { name: 'Done' }).click()
    await page.getByText('My own desk', { exact: true }).first().waitFor({ state: 'hidden' })
    await choose(page, 'Stamps', 'Disconnect')
    await dialog.getByRole('button', { name: 'Disconnect' }).click()
    await dialog.getByText('Deleted here only').waitFor()
    await dialog.getByRole('button', { name: 'Done' }).click()
    await page.getByText('2 accesses were taken back').click()
    await page.getByText('Desk revoked both tokens').waitFor()
    expect(await seriousFlaws(page)).toEqual([])
  })

  it('goes on from a link in a chat, for the one person to whom it was shown', async () => {
    const chat = await openAsAda()
    await chat.goto('/playground')
    const phone = chat.getByRole('region', { name: 'Simulated chat app' })
    await chat.getByRole('button', { name: 'Say hello for me' }).click()
    await chat.getByRole('button', { name: 'Make a code' }).click()
    await chat.getByRole('button', { name: 'Send it for me' }).click()
    await phone.getByText('Connected as').waitFor()
    await phone.getByRole('textbox').fill('/connect desk')
    await chat.keyboard.press('Enter')
    const link = await phone.getByText('/connect/').last().innerText()
    const path = /\/connect\/[\w-]{20,}/.exec(link)?.[0] ?? ''

    const stranger = await open()
    await stranger.goto(path)
    await stranger.getByRole('button', { name: /Sign up|account/i }).click()
    await stranger.locator('input[name=name]').fill('Eve Example')
    await stranger.locator('input[name=email]').fill('eve@example.org')
    await stranger.locator('input[name=password]').fill('a long enough word')
    await stranger.locator('button[type=submit]').click()
    await stranger.getByRole('heading', { name: 'This link is not for you' }).waitFor()
    expect(await seriousFlaws(stranger)).toEqual([])
    await stranger.getByRole('link', { name: 'See your connected accounts' }).click()
    const closed = await find(stranger, 'spotify', 'Spotify')
    await closed.getByText('Your administrator has not set this up').waitFor()
    expect(await closed.getByText('client_secret').count()).toBe(0)

    const page = await open({ viewport: { width: 360, height: 740 }, colorScheme: 'dark' })
    await page.goto(path)
    await page.getByText('Sign in to connect an account.').waitFor()
    await signIn(page)
    await page.getByRole('heading', { name: 'Connect Desk?' }).waitFor()
    await page.getByText('read your notes').waitFor()
    expect(await page.evaluate<number>(overhang)).toBe(0)
    expect(await seriousFlaws(page)).toEqual([])
    await page.getByRole('button', { name: 'Continue at Desk' }).click()
    await page.getByLabel('Account').fill('olga')
    await page.getByRole('button', { name: 'Allow' }).click()
    await page.getByRole('heading', { name: 'Connected to Desk as' }).getByText('olga').waitFor()
    await page.getByText('Go back to your chat').waitFor()
    expect(await seriousFlaws(page)).toEqual([])
    await page.goto(path)
    await page.getByRole('heading', { name: 'This link was used already' }).waitFor()
  })

  it('fits a phone, in Chinese and in the dark', async () => {
    const page = await openAsAda({
      viewport: { width: 390, height: 844 },
      colorScheme: 'dark',
      locale: 'zh-CN',
    })
    await page.goto('/integrations')
    await page.getByRole('heading', { name: '已连接的账号' }).waitFor()
    expect(await page.evaluate<number>(overhang)).toBe(0)
    expect(await seriousFlaws(page)).toEqual([])
  })
})
