import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { journey } from './journey.ts'
import { createFirstAccount, postAs, say, signIn } from './people.ts'

const answer = (page: Page) => page.getByRole('log').locator('article').last()
const isWriting = (page: Page) => page.getByRole('button', { name: 'Stop the answer' })

async function untilItGrows(page: Page, length = 0): Promise<string> {
  await expect
    .poll(async () => (await answer(page).innerText()).length, { timeout: 15_000 })
    .toBeGreaterThan(length)
  return answer(page).innerText()
}

async function untilFinished(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Copy the answer' }).last().waitFor()
  await isWriting(page).waitFor({ state: 'detached' })
  return answer(page).innerText()
}

describe('chat', () => {
  const { open } = journey()
  const openSignedIn = async () => {
    const page = await open()
    await page.goto('/')
    await signIn(page)
    await page.locator('textarea').waitFor()
    return page
  }

  beforeAll(async () => {
    const page = await open()
    await createFirstAccount(page)
  })

  it('answers in a new conversation and lists it', async () => {
    const page = await openSignedIn()
    await page.getByRole('button', { name: 'What is Portico?', exact: true }).click()
    expect(await untilFinished(page)).toContain('front door')
    await page.getByRole('link', { name: 'What is Portico?' }).waitFor()
  })

  it('shows markdown as such, and a tool call as one folded line', async () => {
    const page = await openSignedIn()
    await say(page, 'Show markdown')
    await untilFinished(page)
    expect(await answer(page).locator('table').count()).toBeGreaterThan(0)
    expect(await answer(page).locator('pre').count()).toBeGreaterThan(0)
    await say(page, 'Use a tool')
    await page.locator('details summary').last().waitFor()
    await untilFinished(page)
  })

  it('loses nothing and repeats nothing when the page is loaded again in mid-answer', async () => {
    const page = await openSignedIn()
    await say(page, 'A slow answer')
    await isWriting(page).waitFor()
    const before = await untilItGrows(page, 40)
    await page.reload()
    await isWriting(page).waitFor()
    const after = await untilItGrows(page, before.length)
    expect(after.slice(0, 40)).toBe(before.slice(0, 40))
    await page
      .getByRole('button', { name: 'Stop the answer' })
      .waitFor({ state: 'detached', timeout: 55_000 })
    const live = await untilFinished(page)
    await page.reload()
    expect(await untilFinished(page)).toBe(live)
    expect(await page.getByRole('log').locator('article').count()).toBe(2)
  })

  it('stops at Escape and keeps what was said until then', async () => {
    const page = await openSignedIn()
    await say(page, 'A slow answer')
    const before = await untilItGrows(page, 40)
    await page.keyboard.press('Escape')
    await isWriting(page).waitFor({ state: 'detached' })
    expect((await answer(page).innerText()).slice(0, 40)).toBe(before.slice(0, 40))
  })

  it('says of a question that waits how many are before it', async () => {
    const page = await openSignedIn()
    await say(page, 'A slow answer')
    await untilItGrows(page, 40)
    const turns = `/api/conversations/${new URL(page.url()).pathname.split('/').at(-1) ?? ''}/turns`
    await postAs(page, turns, { message: 'What is Portico?', message_id: 'second' })
    await postAs(page, turns, { message: 'Hello', message_id: 'third' })
    await page.getByText('Waiting for its turn, one is before it').waitFor()
    await page.getByText('Waiting for its turn, 2 are before it').waitFor()
    await page.keyboard.press('Escape')
    await page.getByText('front door').waitFor()
    await page.getByText('Waiting for its turn').first().waitFor({ state: 'detached' })
  })

  it('renames and deletes a conversation', async () => {
    const page = await openSignedIn()
    await say(page, 'Hello')
    await untilFinished(page)
    await page.getByRole('button', { name: 'Rename or delete “Hello”' }).click()
    await page.getByRole('menuitem', { name: 'Rename' }).click()
    await page.getByRole('textbox', { name: 'Name' }).fill('A greeting')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('heading', { name: 'A greeting' }).waitFor()
    await page.getByRole('button', { name: 'Rename or delete “A greeting”' }).click()
    await page.getByRole('menuitem', { name: 'Delete' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await page.waitForURL('**/chat')
    await page.getByRole('link', { name: 'A greeting' }).waitFor({ state: 'detached' })
  })
})
