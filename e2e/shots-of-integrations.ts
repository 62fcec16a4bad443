import type { Page } from 'playwright-core'

interface Studio {
  /** A page in the look that is being taken, signed in or not. */
  open: (as: 'ada' | 'nobody') => Promise<Page>
  shoot: (page: Page, name: string) => Promise<void>
}

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString()
const soonS = () => Math.floor(Date.now() / 1000) + 3 * 86_400

const credential = (id: string, more: object = {}) => ({
  id,
  provider: 'github',
  type: 'oauth2',
  title: 'ada-lovelace',
  scopes: ['read:user', 'user:email'],
  username: 'ada-lovelace',
  host: null,
  status: 'active',
  status_reason: null,
  asked_scopes: ['read:user', 'user:email'],
  missing_scopes: [],
  account: { id: '1', label: 'ada-lovelace' },
  tenant: null,
  created_at: ago(9_000),
  last_used_at: ago(3),
  expires_at: null,
  ...more,
})

const byHand = { scopes: null, username: null, account: null, asked_scopes: [] }

const credentials = () => [
  credential('github'),
  credential('google', {
    provider: 'google',
    title: 'Work',
    account: { id: '2', label: 'ada@a-company-with-a-very-long-name.example.org' },
    missing_scopes: ['https://www.googleapis.com/auth/calendar.readonly'],
    scopes: ['openid', 'email', 'profile'],
    last_used_at: null,
  }),
  credential('notion', {
    provider: 'notion',
    title: 'A workspace with a name that is so long that nobody would call it that, 笔记 🌱',
    account: { id: '3', label: 'Ada’s workspace' },
    scopes: [],
    status: 'reconnect_required',
    status_reason: 'invalid_grant',
  }),
  credential('openai', {
    ...byHand,
    provider: 'openai',
    type: 'api_key',
    title: 'OpenAI',
    expires_at: soonS(),
  }),
  credential('http', {
    ...byHand,
    provider: 'http',
    type: 'host_scoped',
    title: 'Our API',
    host: '*.internal-services.example.com',
    last_used_at: null,
  }),
]

const revocation = (id: string, more: object) => ({
  id,
  credentials_id: id,
  provider: 'github',
  title: 'ada-lovelace',
  account: 'ada-lovelace',
  state: 'done',
  effect: 'token',
  steps: [{ token: 'access', outcome: 'revoked', status: 204, at: ago(5) }],
  manage_url: 'https://github.com/settings/applications',
  created_at: ago(5),
  finished_at: ago(5),
  ...more,
})

const revocations = [
  revocation('done', {}),
  revocation('pending', { provider: 'linear', title: 'Linear', state: 'pending', finished_at: null }),
  revocation('impossible', { provider: 'notion', title: 'Notion', state: 'impossible', steps: [] }),
]

const approvals = [
  {
    id: 'uap_1',
    code: '7K2Q',
    provider: 'github',
    provider_name: 'GitHub',
    credentials_id: 'github',
    account: 'ada-lovelace',
    agent: 'default',
    method: 'POST',
    host: 'api.github.com',
    path: '/repos/ada-lovelace/analytical-engine-of-the-second-design/issues',
    body_preview: '{"title":"Oil the gears"}',
    created_at: ago(1),
    expires_at: ago(-9),
  },
]

const link = {
  provider: 'github',
  scopes: ['read:user', 'repo'],
  agent: 'Helper of the team',
  chat: { channel: 'telegram', name: 'Ada' },
  credential: null,
  expires_at: ago(-25),
}

/** The accounts that people lend, with answers made up for the picture; the catalogue is the real one. */
export async function shootIntegrations({ open, shoot }: Studio): Promise<void> {
  const page = await open('ada')
  const answer = (path: string, json: object) =>
    page.route(`**/api/integrations/${path}`, (route) => route.fulfill({ json }))
  await page.goto('/integrations')
  await page.getByRole('searchbox').waitFor()
  await shoot(page, 'integrations-empty')
  await answer('approvals', { approvals })
  await answer('revocations', { revocations })
  await answer('credentials', credentials())
  await page.goto('/integrations')
  await page.locator('details').first().waitFor()
  await shoot(page, 'integrations')
  await page.locator('summary').last().click()
  await page.locator('summary').last().scrollIntoViewIfNeeded()
  await shoot(page, 'integrations-taken-back')
  await shootWays(page, shoot)
  await page.getByRole('searchbox').fill('nothing that anybody has')
  await shoot(page, 'integrations-none-found')
  await fromMenu(page, -1)
  await shoot(page, 'integrations-disconnect')
  await answer('github/credentials/github', { deleted: true, receipt: revocations[0] ?? {} })
  await page.getByRole('dialog').locator('button').last().click()
  await page.getByRole('dialog').locator('[data-tone]').waitFor()
  await shoot(page, 'integrations-receipt')
  await page.goto('/integrations?connected=google')
  await page.getByRole('dialog').locator('ul').first().waitFor()
  await shoot(page, 'integrations-connected')
  await page.goto('/integrations?refused=github&code=access_denied')
  await page.getByRole('alert').waitFor()
  await shoot(page, 'integrations-refused')
  await answer('links/made-up', link)
  await page.goto('/connect/made-up')
  await shoot(page, 'connect-link')
  await page.goto('/integrations?from=chat&connected=github')
  await page.locator('h1:focus').waitFor()
  await shoot(page, 'connect-link-done')
  await page.context().close()
}

/** The dialogs of all ways of connecting. */
async function shootWays(page: Page, shoot: Studio['shoot']): Promise<void> {
  const ways = [
    ['spotify', 'set-up'],
    ['openai', 'key'],
    ['mail server', 'password'],
    ['any http', 'host'],
  ] as const
  const dialog = page.getByRole('dialog')
  for (const [words, way] of ways) {
    await page.getByRole('searchbox').fill(words)
    await page.keyboard.press('Enter')
    await dialog.waitFor()
    await shoot(page, `integrations-${way}`)
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
  }
}

async function fromMenu(page: Page, index: number): Promise<void> {
  await page.locator('main li button[aria-haspopup=menu]').first().click()
  await page.getByRole('menuitem').nth(index).click()
  await page.getByRole('dialog').waitFor()
}
