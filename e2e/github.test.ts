import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startGithubSimulator, type GithubSimulator } from '../src/channels/github/testing/simulator.ts'
import { seriousFlaws } from './accessibility.ts'
import { journey } from './journey.ts'
import { card, createFirstAccount, openChannels } from './people.ts'

let github: GithubSimulator

describe('a GitHub bot', () => {
  const { open } = journey({
    async yaml() {
      github = await startGithubSimulator()
      return `channels:\n  github: { enabled: true, api_root: "${github.url}" }\n`
    },
  })

  beforeAll(async () => createFirstAccount(await open()))
  afterAll(() => github.stop())

  it('asks for the account from which the code will come, which others can read', async () => {
    const bot = github.platform.addBot('Portico')
    const grace = github.platform.addPerson('Grace')
    const page = await openChannels(await open())
    await page.getByRole('button', { name: 'Set up, GitHub' }).click()
    const form = page.getByRole('dialog', { name: 'Set up GitHub' })
    await form.getByLabel('App ID').fill(String(bot.settings['app_id']))
    // With its line ends.
    await form.getByLabel('Private key').fill(String(bot.settings['private_key']))
    await form.getByLabel('Webhook secret').fill(String(bot.settings['webhook_secret']))
    await form.getByRole('button', { name: 'Save and start' }).click()

    const connecting = page.getByRole('dialog', { name: 'Connect GitHub' })
    await connecting.getByLabel('Your user name on GitHub').fill('@grace')
    expect(await seriousFlaws(page)).toEqual([])
    await connecting.getByRole('button', { name: 'Make a code' }).click()
    const code = await connecting.locator('output').innerText()
    await connecting.getByText(`Post /connect ${code} as a comment that mentions the GitHub bot.`).waitFor()
    expect(await seriousFlaws(page)).toEqual([])

    const answer = await page.request.get('/api/bots')
    const { bots } = (await answer.json()) as { bots: { channel: string; webhook_url: string }[] }
    bot.deliverTo?.(bots.find(({ channel }) => channel === 'github')?.webhook_url ?? '')
    const issue = bot.directRoom(grace)
    issue.write(grace, `/connect ${code}`)
    await connecting.getByText('Connected as grace').waitFor()
    await connecting.getByRole('button', { name: 'Done' }).click()
    await card(page, 'GitHub').getByRole('button', { name: 'Disconnect grace' }).waitFor()

    await page.getByRole('link', { name: 'Bots' }).click()
    await card(page, 'github').getByText('/webhooks/github/').waitFor()
    await page.getByRole('button', { name: 'Copy the address' }).waitFor()
  })
})
