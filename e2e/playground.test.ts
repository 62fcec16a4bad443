import { beforeAll, describe, expect, it } from 'vitest'
import { journey } from './journey.ts'
import { createFirstAccount, signIn } from './people.ts'

describe('playground', () => {
  const { open } = journey()
  beforeAll(async () => createFirstAccount(await open()))

  it('refuses a stranger, takes a code, answers a known person, and forgets them again', async () => {
    const page = await open()
    await page.goto('/playground')
    await signIn(page)
    const phone = page.getByRole('region', { name: 'Simulated chat app' })

    await page.getByRole('button', { name: 'Say hello for me' }).click()
    await phone.getByText('not connected to an account').waitFor()

    await page.getByRole('button', { name: 'Make a code' }).click()
    const code = await page.locator('output').innerText()
    await page.getByRole('button', { name: 'Send it for me' }).click()
    await phone.getByText(`/connect ${code}`).waitFor()
    await phone.getByText('Connected as').waitFor()

    await page.getByRole('button', { name: 'Ask “What is Portico?”' }).click()
    await phone.getByText('front door').waitFor()

    await page.getByRole('link', { name: 'Chat', exact: true }).click()
    await page
      .getByRole('link', { name: /What is Portico/ })
      .first()
      .click()
    await page.getByText('From Playground').waitFor()

    await page.getByRole('link', { name: 'Playground', exact: true }).click()
    await page.getByRole('button', { name: 'Disconnect' }).click()
    await page.getByRole('button', { name: 'Make a code' }).waitFor()
    expect(await phone.getByText(code).count()).toBe(1)
  })
})
