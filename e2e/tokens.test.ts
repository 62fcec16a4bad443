import type { Locator, Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { seriousFlaws } from './accessibility.ts'
import { journey } from './journey.ts'
import { choose, createFirstAccount } from './people.ts'

type Session = Awaited<ReturnType<ReturnType<Page['context']>['storageState']>>

const { open } = journey()
let session: Session

beforeAll(async () => {
  const page = await open()
  await createFirstAccount(page)
  session = await page.context().storageState()
})

/** Ada, who is signed in, at her tokens. */
async function openTokens(): Promise<Page> {
  const page = await open({ storageState: session, permissions: ['clipboard-read', 'clipboard-write'] })
  await page.goto('/tokens')
  await page.getByRole('heading', { name: 'API tokens', level: 1 }).waitFor()
  return page
}

/** What a program sees that calls with a token. */
async function statusWith(page: Page, token: string): Promise<number> {
  const headers = { authorization: `Bearer ${token}` }
  return (await fetch(new URL('/api/conversations', page.url()), { headers })).status
}

const rowOf = (page: Page, name: string): Locator =>
  page.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) })

/** Fills the form of a new token, which may chat; answers its secret. */
async function make(page: Page, name: string, more?: (form: Locator) => Promise<void>): Promise<string> {
  await page.getByRole('button', { name: 'New token' }).click()
  const form = page.getByRole('dialog', { name: 'New token' })
  await form.getByLabel('Name', { exact: true }).fill(name)
  await form.getByLabel('Chat').check()
  await more?.(form)
  await form.getByRole('button', { name: 'Make the token' }).click()
  return keep(page, 'Your new token')
}

/** Reads the secret in a window that shows it once, and closes it. */
async function keep(page: Page, title: string): Promise<string> {
  const window = page.getByRole('dialog', { name: title })
  const secret = await window.locator('output').innerText()
  await window.getByRole('button', { name: 'I have kept it' }).click()
  await window.waitFor({ state: 'detached' })
  return secret
}

async function confirmRevoking(page: Page): Promise<void> {
  const dialog = page.getByRole('dialog')
  await dialog.getByText('cannot be undone').waitFor()
  await dialog.getByRole('button', { name: 'Revoke' }).click()
  await dialog.getByText(/^Dead on this server after \d+ ms$/).waitFor()
  expect(await seriousFlaws(page)).toEqual([])
  await dialog.getByRole('button', { name: 'Done' }).click()
}

describe('an API token', () => {
  it('is made, copied, used, and shows its use', async () => {
    const page = await openTokens()
    await page.getByText('No tokens yet').waitFor()
    expect(await seriousFlaws(page)).toEqual([])
    await page.getByRole('button', { name: 'New token' }).click()
    const form = page.getByRole('dialog', { name: 'New token' })
    await form.getByLabel('Name', { exact: true }).fill('Nightly report')
    await form.getByRole('button', { name: 'Make the token' }).click()
    await form.getByText('Choose at least one.').waitFor()
    await form.getByLabel('Chat').check()
    await form.getByText('Limits, addresses and more').click()
    expect(await seriousFlaws(page)).toEqual([])
    await form.getByRole('button', { name: 'Make the token' }).click()

    const window = page.getByRole('dialog', { name: 'Your new token' })
    const secret = await window.locator('output').innerText()
    expect(secret).toMatch(/^pt_live_[0-9A-Za-z]{40}$/)
    expect(await window.locator('pre').innerText()).toContain(
      `/api/conversations -H "Authorization: Bearer ${secret}`,
    )
    await window.getByRole('button', { name: 'Copy', exact: true }).click()
    await window.getByRole('button', { name: 'Copied' }).waitFor()
    expect(await page.evaluate<string>('navigator.clipboard.readText()')).toBe(secret)
    expect(await seriousFlaws(page)).toEqual([])
    await window.getByRole('button', { name: 'I have kept it' }).click()
    await window.waitFor({ state: 'detached' })
    await page.locator('button:focus', { hasText: 'New token' }).waitFor()

    const row = rowOf(page, 'Nightly report')
    await row.getByText(`pt_live_…${secret.slice(-4)}`).waitFor()
    await row.getByText('In force').waitFor()
    const ends = new Date(Date.now() + 90 * 86_400_000)
    await row.locator(`time[title*='${ends.getUTCFullYear()}']`).waitFor()
    await row.getByText('Never used').waitFor()
    expect(await page.content()).not.toContain(secret)
    expect(await statusWith(page, secret)).toBe(200)
    await row.getByText('Never used').waitFor({ state: 'detached' })
    expect(await row.locator('time').first().innerText()).toMatch(/now|minute/)

    await page.getByRole('searchbox').fill('nobody')
    await page.getByText('No token fits').waitFor()
    await page.getByRole('button', { name: 'Show all tokens' }).click()
    await row.waitFor()
    expect(await seriousFlaws(page)).toEqual([])
  })

  it('is rotated with both secrets in force for a while, and revoked with both', async () => {
    const page = await openTokens()
    const before = await make(page, 'Deployment')
    await page.getByRole('link', { name: 'Deployment' }).click()
    await page.getByRole('button', { name: 'Rotate the secret' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('Until then both work').waitFor()
    await dialog.getByLabel('The secret until now').selectOption('counts for another day')
    await dialog.getByRole('button', { name: 'Make a new secret' }).click()
    await dialog.getByText(`ending in ${before.slice(-4)}, works until`).waitFor()
    const after = await keep(page, 'The new secret')
    await page.locator('button:focus', { hasText: 'Rotate the secret' }).waitFor()
    expect([await statusWith(page, before), await statusWith(page, after)]).toEqual([200, 200])
    await page.getByText('The old secret is still in use.').waitFor()
    expect(await seriousFlaws(page)).toEqual([])

    await choose(page, 'Deployment', 'Switch off')
    await page.getByText('The change is in force on this server').waitFor()
    expect(await statusWith(page, after)).toBe(401)
    await choose(page, 'Deployment', 'Switch on')
    await page.getByText('In force', { exact: true }).waitFor()
    expect(await statusWith(page, after)).toBe(200)

    await choose(page, 'Deployment', 'Revoke')
    await confirmRevoking(page)
    expect([await statusWith(page, before), await statusWith(page, after)]).toEqual([401, 401])
    await page.getByRole('button', { name: 'Manage Deployment' }).waitFor({ state: 'detached' })
    await page.getByRole('link', { name: 'API tokens' }).first().click()
    await page.getByText('1 token that counts no more').click()
    await rowOf(page, 'Deployment').getByText('Revoked').waitFor()
  })

  it('is kept to its limits, which are changed, and its page counts what was refused', async () => {
    const page = await openTokens()
    const secret = await make(page, 'Importer', async (form) => {
      await form.getByText('Limits, addresses and more').click()
      await form.getByRole('button', { name: 'Add a limit' }).click()
      await form.getByLabel('At most').fill('2')
      await form.getByLabel('In which time').selectOption('per hour')
      await form.getByLabel('Only from these addresses').fill('127.0.0.1, ::1 ')
    })
    await page.getByRole('link', { name: 'Importer' }).click()
    await page.getByText('2 requests per hour').waitFor()
    await page.getByText('127.0.0.1, ::1').waitFor()
    await page.getByText('It was not used in this time.').waitFor()
    for (const status of [200, 200, 429]) expect(await statusWith(page, secret)).toBe(status)
    await page.getByText('refused 1 time').waitFor()
    await page.getByText('Show as a table').click()
    await page.getByRole('table').getByRole('cell', { name: '2' }).waitFor()
    await page.getByRole('img', { name: '2 uses, 1 refusals' }).waitFor()
    expect(await seriousFlaws(page)).toEqual([])

    await page.getByRole('button', { name: 'Change', exact: true }).click()
    const form = page.getByRole('dialog', { name: 'Change the token' })
    await form.getByText('Limits, addresses and more').click()
    await form.getByLabel('At most').fill('1000')
    await form.getByLabel('Only from these addresses').click()
    await page.keyboard.press('Backspace')
    await page.keyboard.press('Backspace')
    await form.getByLabel('Only from these addresses').fill('203.0.113.7')
    await form.getByLabel('Name', { exact: true }).fill('Importer of orders')
    await form.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('heading', { name: 'Importer of orders' }).waitFor()
    await page.getByText('1,000 requests per hour').waitFor()
    expect(await statusWith(page, secret)).toBe(403)
  })

  it('is refused while the agent to which it is kept is switched off', async () => {
    const page = await openTokens()
    const secret = await make(page, 'Of one agent', async (form) => {
      await form.getByLabel('Agent', { exact: true }).selectOption('default')
    })
    await rowOf(page, 'Of one agent').getByText('only default').waitFor()
    expect(await statusWith(page, secret)).toBe(200)
    await page.getByText('Agents, and the tokens kept to them').click()
    await page.getByRole('button', { name: 'Switch off default' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Switch off' }).click()
    await page.getByText('The change is in force on this server').waitFor()
    expect(await statusWith(page, secret)).toBe(401)
    expect(await seriousFlaws(page)).toEqual([])
    await page.getByRole('button', { name: 'Switch on default' }).click()
    await page.getByRole('button', { name: 'Switch off default' }).waitFor()
    expect(await statusWith(page, secret)).toBe(200)
  })

  it("is revoked by an administrator of its owner's workspace, who is told whose it is", async () => {
    const ada = await openTokens()
    const bob = await invite(ada)
    await bob.goto('/tokens')
    await bob.getByText('No tokens yet').waitFor()
    expect(await bob.getByRole('link', { name: 'Everybody’s' }).count()).toBe(0)
    const secret = await make(bob, 'Bob’s script')
    expect(await statusWith(bob, secret)).toBe(200)

    await ada.getByRole('link', { name: 'Everybody’s' }).click()
    const row = rowOf(ada, 'Bob’s script')
    await row.getByText('Bob Example').waitFor()
    expect(await seriousFlaws(ada)).toEqual([])
    await row.getByRole('button', { name: 'Manage Bob’s script' }).click()
    await ada.getByRole('menu').waitFor()
    expect(await ada.getByRole('menuitem').allInnerTexts()).toEqual(['Limit the owner’s tokens', 'Revoke'])
    await ada.getByRole('menuitem', { name: 'Limit' }).click()
    const limits = ada.getByRole('dialog', { name: 'Limits of' })
    await limits.getByRole('button', { name: 'Add a limit' }).click()
    await limits.getByLabel('At most').fill('1')
    await limits.getByLabel('In which time').selectOption('per hour')
    await limits.getByRole('button', { name: 'Save' }).click()
    await limits.waitFor({ state: 'detached' })
    expect([await statusWith(bob, secret), await statusWith(bob, secret)]).toEqual([200, 429])

    await row.getByRole('button', { name: 'Manage Bob’s script' }).click()
    await ada.getByRole('menuitem', { name: 'Revoke' }).click()
    await ada.getByRole('dialog').getByText('Bob Example').waitFor()
    await confirmRevoking(ada)
    expect(await statusWith(bob, secret)).toBe(401)
    await bob.getByText('1 token that counts no more').waitFor()
  })
})

/** Bob, whom Ada invites, signed in. */
async function invite(ada: Page): Promise<Page> {
  const { workspace_id } = (await (await ada.request.get('/api/me')).json()) as { workspace_id: string }
  const cookies = await ada.context().cookies()
  const csrf = cookies.find(({ name }) => name === 'csrf_token')?.value ?? ''
  const invited = await ada.request.post(`/api/workspaces/${workspace_id}/invitations`, {
    headers: { 'x-csrf-token': decodeURIComponent(csrf) },
    data: { email: 'bob@example.org' },
  })
  const { token } = (await invited.json()) as { token: string }
  const bob = await open()
  await bob.goto(`/invite/${token}`)
  await bob.locator('input[name=name]').fill('Bob Example')
  await bob.locator('input[name=email]').fill('bob@example.org')
  await bob.locator('input[name=password]').fill('a horse of another colour')
  await bob.locator('button[type=submit]').click()
  await bob.waitForURL('**/chat')
  return bob
}
