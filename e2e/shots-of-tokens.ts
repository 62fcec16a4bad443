import type { Page, Route } from 'playwright-core'

interface Studio {
  /** A page in the look that is being taken, signed in. */
  open: (as: 'ada') => Promise<Page>
  shoot: (page: Page, name: string) => Promise<void>
}

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString()
const inDays = (days: number) => ago(-days * 1_440)

const token = (id: string, more: object = {}) => ({
  id,
  user_id: 'somebody',
  name: 'Nightly report',
  type: 'agent',
  environment: 'live',
  agent_id: null,
  permissions: ['CHAT'],
  callback_origins: null,
  enabled: true,
  limits: [],
  credits: null,
  addresses: null,
  metadata: {},
  imported: false,
  prefix: 'pt_live_',
  last_four: '9fQ2',
  secrets: [{ last_four: '9fQ2', created_at: ago(5_000), ends_at: null, last_used_at: ago(3) }],
  created_at: ago(5_000),
  expires_at: inDays(90),
  revoked_at: null,
  last_used_at: ago(3),
  uses: 12_840,
  refusals: 0,
  ...more,
})

const busy = {
  name: 'The server that answers everybody who writes to us, 客服服务器 🌱',
  agent_id: 'support',
  permissions: ['CHAT', 'USE_INTEGRATIONS', 'READ_INTEGRATIONS', 'documents:*'],
  last_four: 'aB3x',
  uses: 1_234_567,
  refusals: 41,
  limits: [
    { name: 'requests', limit: 600, window_s: 60, exact: true },
    { name: 'exports', limit: 5, window_s: 300, exact: false },
  ],
  credits: { amount: 10_000, refill: 'monthly' },
  addresses: ['203.0.113.7', '2001:db8::/32'],
  secrets: [
    { last_four: 'aB3x', created_at: ago(30), ends_at: null, last_used_at: ago(1) },
    { last_four: 'kQ71', created_at: ago(50_000), ends_at: ago(-600), last_used_at: ago(2) },
  ],
}

const tokensOf = (userId: string) => [
  token('tok_1', { user_id: userId }),
  token('tok_2', { user_id: userId, ...busy }),
  token('tok_3', {
    name: 'Trial',
    environment: 'test',
    prefix: 'pt_test_',
    expires_at: inDays(3),
    last_used_at: null,
    uses: 0,
    permissions: ['READ_INTEGRATIONS', 'MANAGE_INTEGRATIONS', 'DELETE_INTEGRATIONS'],
  }),
  token('tok_4', {
    name: 'Reader',
    type: 'dataset',
    permissions: ['documents:read'],
    enabled: false,
    expires_at: null,
    imported: true,
    prefix: 'ds-',
  }),
  token('tok_5', { name: 'Old laptop', revoked_at: ago(9_000) }),
  token('tok_6', { name: 'Hackathon', expires_at: inDays(-14) }),
]

const onAll = { effective: 'all', replicas: 3, ms: 4.2, behind: [] }
const onSome = {
  effective: 'partial',
  replicas: 3,
  ms: 2_000,
  behind: [{ replica: 'gateway-2', seen_at: ago(1), until: inDays(0.01) }],
}
const secret = `pt_live_${'made-up-for-the-picture-'.repeat(2).slice(0, 40)}`

const buckets = () =>
  Array.from({ length: 20 }, (_, hour) => ({
    at: ago(60 * (hour + 1)),
    uses: Math.round(40 + 200 * Math.abs(Math.sin(hour))),
    refusals: hour % 5 === 0 ? 12 : 0,
  }))

/** API tokens, with answers made up for the picture. */
export async function shootTokens({ open, shoot }: Studio): Promise<void> {
  const page = await open('ada')
  const me = (await (await page.request.get('/api/me')).json()) as { id: string }
  const answers = await answerFor(page, tokensOf(me.id))
  const dialog = page.getByRole('dialog')
  const shootAndClose = async (name: string) => {
    await shoot(page, name)
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
  }
  await page.goto('/tokens')
  await shoot(page, 'tokens-empty')
  await page.locator('main h2 ~ button').click()
  await shoot(page, 'tokens-new')
  await dialog.locator('input').first().fill('Nightly report')
  await dialog.locator('button[type=submit]').click()
  await dialog.getByRole('alert').scrollIntoViewIfNeeded()
  await shoot(page, 'tokens-new-refused')
  await dialog.locator('summary').click()
  await dialog.locator('fieldset button').last().click()
  await dialog.locator('input[type=number]').last().fill('500')
  await dialog.locator('input').last().scrollIntoViewIfNeeded()
  await shoot(page, 'tokens-new-advanced')
  await dialog.locator('input[type=checkbox]').first().check()
  await dialog.locator('button[type=submit]').click()
  await dialog.locator('output').waitFor()
  await shootAndClose('tokens-secret')
  answers.isEmpty = false
  await page.goto('/tokens')
  await page.getByRole('table').waitFor()
  await shoot(page, 'tokens')
  for (const summary of await page.locator('main summary').all()) await summary.click()
  await page.locator('main summary').last().scrollIntoViewIfNeeded()
  await shoot(page, 'tokens-ended')
  await page.getByRole('searchbox').fill('nothing that anybody has')
  await shoot(page, 'tokens-none-found')
  await page.goto('/tokens/everybodys')
  await page.getByRole('table').waitFor()
  await shoot(page, 'tokens-everybodys')
  await page.goto('/tokens/tok_2')
  await page.locator('svg[role=img]').waitFor()
  await shoot(page, 'token')
  await page.locator('main summary').click()
  await page.locator('main table').scrollIntoViewIfNeeded()
  await page.locator('svg[role=img]').hover()
  await shoot(page, 'token-usage')
  await page.locator('main header button').first().click()
  await dialog.locator('summary').click()
  await dialog.locator('button[type=submit]').scrollIntoViewIfNeeded()
  await shootAndClose('token-change')
  await page.locator('main section header button').first().click()
  await shoot(page, 'token-rotate')
  await dialog.locator('button[type=submit]').click()
  await dialog.locator('output').waitFor()
  await shootAndClose('token-rotated')
  const menu = page.locator('main header button[aria-haspopup=menu]')
  await menu.click()
  await page.getByRole('menu').waitFor()
  await shoot(page, 'token-menu')
  await page.getByRole('menuitem').nth(2).click()
  await page.locator('main [role=status] [data-tone]').waitFor()
  await shoot(page, 'token-changed')
  for (const [name, receipt] of Object.entries({ 'token-revoked': onAll, 'token-revoked-in-part': onSome })) {
    answers.receipt = receipt
    await menu.click()
    await page.getByRole('menuitem').last().click()
    await dialog.waitFor()
    if (receipt === onAll) await shoot(page, 'token-revoke')
    await dialog.locator('button').last().click()
    await dialog.locator('[data-tone]').waitFor()
    await shootAndClose(name)
  }
  await page.context().close()
}

async function answerFor(page: Page, tokens: { id: string }[]) {
  const answers: { isEmpty: boolean; receipt: object } = { isEmpty: true, receipt: onAll }
  const made = { ...token('tok_2', busy), token: secret, receipt: onAll }
  const methodOf = (route: Route) => route.request().method()
  await page.route(/\/api\/tokens(\?|$)/, (route) =>
    route.fulfill(
      methodOf(route) === 'POST'
        ? { status: 201, json: made }
        : { json: { tokens: answers.isEmpty ? [] : tokens } },
    ),
  )
  await page.route(/\/api\/tokens\/tok_\d$/, (route) => {
    if (methodOf(route) === 'DELETE') return route.fulfill({ json: { revoked: true, ...answers.receipt } })
    const found = tokens.find(({ id }) => route.request().url().endsWith(id))
    return route.fulfill({ json: { ...found, receipt: answers.receipt } })
  })
  await page.route('**/api/tokens/*/rotate', (route) => route.fulfill({ json: made }))
  await page.route('**/api/tokens/*/usage?*', (route) => route.fulfill({ json: { buckets: buckets() } }))
  await page.route('**/api/agents', (route) =>
    route.fulfill({
      json: {
        agents: [
          { name: 'default', kind: 'echo', disabled: false },
          { name: 'support', kind: 'openai', disabled: true },
        ],
      },
    }),
  )
  return answers
}
