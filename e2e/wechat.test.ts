import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWechatSimulator, type WechatSimulator } from '../src/channels/wechat/testing/simulator.ts'
import { seriousFlaws } from './accessibility.ts'
import { journey } from './journey.ts'
import { card, createFirstAccount, openChannels } from './people.ts'

let wechat: WechatSimulator

describe('a WeChat bot', () => {
  const { open } = journey({
    async yaml() {
      wechat = await startWechatSimulator()
      return `channels:\n  wechat: { enabled: true, api_root: "${wechat.url}" }\n`
    },
  })

  beforeAll(async () => createFirstAccount(await open()))
  afterAll(() => wechat.stop())

  it('is logged in with a phone that scans the code, and then connected', async () => {
    const page = await openChannels(await open())
    await page.getByRole('button', { name: 'Log in by QR code, WeChat' }).click()
    const login = page.getByRole('dialog', { name: 'Log in to WeChat' })
    await login.getByText('Scan this code with WeChat.').waitFor()
    expect(await seriousFlaws(page)).toEqual([])
    const first = await wechat.logins.at(0)
    const drawn = await login.getByRole('img', { name: 'QR code' }).locator('path').getAttribute('d')
    first.expire()
    await login.getByText('That code is no longer valid. Scan this one.').waitFor()
    expect(await login.getByRole('img', { name: 'QR code' }).locator('path').getAttribute('d')).not.toBe(
      drawn,
    )

    const code = await wechat.logins.at(1)
    code.askForNumber('42')
    await login.getByLabel('Type the number that the phone shows.').fill('17')
    await login.getByRole('button', { name: 'Send' }).click()
    await login.getByLabel('The phone shows another number. Type it.').fill('42')
    expect(await seriousFlaws(page)).toEqual([])
    await login.getByRole('button', { name: 'Send' }).click()
    await login.getByText('Scanned. Confirm the login on the phone.').waitFor()
    code.confirm()

    const connecting = page.getByRole('dialog', { name: 'Connect WeChat' })
    const [account] = wechat.accounts
    const command = await connecting.locator('output').innerText()
    account?.write(wechat.addPerson('Ada'), `/connect ${command}`)
    await connecting.getByText('Connected as').waitFor()
    await connecting.getByRole('button', { name: 'Done' }).click()
    await card(page, 'WeChat').getByText('Connected', { exact: true }).waitFor()
    expect(await page.content()).not.toContain(account?.token)
  })

  it('gives way to typed credentials, and leaves the bot as it is', async () => {
    const page = await openChannels(await open())
    await page.getByRole('button', { name: 'Manage WeChat' }).click()
    await page.getByRole('menuitem', { name: 'Log in by QR code' }).click()
    const login = page.getByRole('dialog', { name: 'Log in to WeChat' })
    await login.getByText('Scan this code with WeChat.').waitFor()
    await login.getByRole('button', { name: 'Enter the credentials instead' }).click()
    await page.getByRole('dialog', { name: 'WeChat credentials' }).waitFor()
    await page.keyboard.press('Escape')
    await card(page, 'WeChat').getByText('Connected', { exact: true }).waitFor()
  })
})
