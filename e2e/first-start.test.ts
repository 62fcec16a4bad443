import { describe, expect, it } from 'vitest'
import { journey } from './journey.ts'
import { ada, createFirstAccount, signIn } from './people.ts'

describe('first start', () => {
  const { open } = journey()

  it('makes the first person the administrator', async () => {
    const page = await open()
    await createFirstAccount(page)
    await page.getByRole('button', { name: 'Account' }).click()
    await page.getByText('Administrator').waitFor()
  })

  it('then asks everybody to sign in, and says what was wrong', async () => {
    const page = await open()
    await page.goto('/playground')
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await signIn(page)
    await page.getByRole('heading', { name: 'Playground' }).waitFor()
    expect(new URL(page.url()).pathname).toBe('/playground')

    await page.getByRole('button', { name: 'Account' }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  })

  it('speaks Chinese to a Chinese browser, and English again when asked', async () => {
    const page = await open({ locale: 'zh-CN' })
    await page.goto('/')
    await page.getByRole('heading', { name: '登录' }).waitFor()
    expect(await page.getAttribute('html', 'lang')).toBe('zh')
    await page.getByRole('button', { name: 'English' }).click()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await page.reload()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    expect(await page.getByText(ada.name).count()).toBe(0)
  })
})
