import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startReceiver, type Receiver } from '../src/webhooks/testing/receiver.ts'
import { seriousFlaws } from './accessibility.ts'
import { journey } from './journey.ts'
import { card, createFirstAccount, signIn } from './people.ts'

let receiver: Receiver

describe('an application that is told of events', () => {
  const { open } = journey({
    async yaml() {
      receiver = await startReceiver()
      return 'webhooks: { allow_hosts: [127.0.0.1] }\n'
    },
    expected: /\b422\b.*webhook-endpoints/,
  })

  beforeAll(async () => createFirstAccount(await open()))
  afterAll(() => receiver.close())

  it('is added, tested, replayed, paused and deleted, and every try is in its log', async () => {
    const page = await open()
    await page.goto('/chat')
    await signIn(page)
    await page.getByRole('link', { name: 'Webhooks' }).click()
    await page.getByText('No webhooks yet').waitFor()
    expect(await seriousFlaws(page)).toEqual([])
    await page.getByRole('button', { name: 'New webhook' }).click()
    const form = page.getByRole('dialog', { name: 'New webhook' })
    await form.getByLabel('Address').fill('https://10.0.0.1/')
    await form.getByLabel('Description').fill('Our application')
    await form.getByRole('button', { name: 'Add' }).click()
    await form.getByRole('alert').getByText('public host').waitFor()
    expect(await seriousFlaws(page)).toEqual([])
    await form.getByLabel('Address').fill(receiver.url)
    await form.getByRole('combobox', { name: 'Events' }).click()
    await page.getByRole('option', { name: 'connection.*' }).click()
    await form.getByLabel('Address').click()
    await form.getByRole('button', { name: 'Add' }).click()
    const window = page.getByRole('dialog', { name: 'The signing secret' })
    const secret = await window.locator('output').innerText()
    expect(secret).toMatch(/^whsec_/)
    await window.getByRole('button', { name: 'I have kept it' }).click()
    await card(page, receiver.url).getByText('In force').waitFor()
    expect(await page.content()).not.toContain(secret)
    expect(await seriousFlaws(page)).toEqual([])

    await page.getByRole('link', { name: receiver.url }).click()
    await page.getByText('Nothing was sent yet').waitFor()
    const row = (words: string) => page.getByRole('row').filter({ hasText: words })
    await page.getByRole('button', { name: 'Send a test' }).click()
    await row('Delivered').getByText('HTTP 204').waitFor()
    expect(receiver.received).toHaveLength(1)
    expect(receiver.received[0]?.headers['webhook-signature']).toMatch(/^v1,/)

    receiver.answers.push({ status: 410, body: 'Moved away' })
    await page.getByRole('button', { name: 'Send a test' }).click()
    await row('Failed').getByText('HTTP 410').waitFor()
    await row('Failed').getByText('Moved away').waitFor()
    await page.getByText('It answered 410').waitFor()
    expect(await page.getByRole('button', { name: 'Send a test' }).isDisabled()).toBe(true)
    expect(await seriousFlaws(page)).toEqual([])

    const menu = page.getByRole('button', { name: /^Manage/ })
    await menu.click()
    await page.getByRole('menuitem', { name: 'Switch on' }).click()
    await page.getByText('In force').waitFor()
    await row('Failed').getByRole('button', { name: 'Replay' }).click()
    await row('try 2').getByText('Delivered').waitFor()
    expect(receiver.received[2]?.headers['webhook-id']).toBe(receiver.received[1]?.headers['webhook-id'])
    await page.getByLabel('Which results to show').selectOption({ label: 'Failed' })
    await expect.poll(() => page.getByRole('row').count()).toBe(2)
    await page.getByLabel('Which results to show').selectOption({ label: 'Tried again later' })
    await page.getByText('None with this result').waitFor()

    await menu.click()
    await page.getByRole('menuitem', { name: 'Rotate the secret' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Make a new secret' }).click()
    expect(await window.locator('output').innerText()).not.toBe(secret)
    await window.getByRole('button', { name: 'I have kept it' }).click()
    await page.getByRole('button', { name: 'Send a test' }).click()
    await expect.poll(() => receiver.received.length).toBe(4)
    // For another hour both sign.
    expect(receiver.received[3]?.headers['webhook-signature']?.split(' ')).toHaveLength(2)

    await menu.click()
    await page.getByRole('menuitem', { name: 'Pause' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Pause' }).click()
    await page.getByText('Paused').waitFor()
    await menu.click()
    await page.getByRole('menuitem', { name: 'Delete' }).click()
    await page.getByRole('dialog').getByText('its log is deleted').waitFor()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await page.getByText('No webhooks yet').waitFor()
  })
})
