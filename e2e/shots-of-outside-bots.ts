import type { Page } from 'playwright-core'

interface Studio {
  /** A page in the look that is being taken, signed in or not. */
  open: (as: 'ada' | 'nobody') => Promise<Page>
  shoot: (page: Page, name: string) => Promise<void>
}

const at = '2026-11-21T09:30:00.000Z'
const soon = () => new Date(Date.now() + 1_500_000).toISOString()
const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString()
const longName = 'A garden with a name that is so long that nobody would call it that, 花园 🌱'

const link = () => ({
  platform: 'DISCORD',
  platform_username: 'ada.lovelace',
  bot_name: 'Helper of the team',
  made_at: ago(2),
  expires_at: soon(),
  approval: 'one',
  already_connected: true,
})

const endpoint = (id: string, more: object = {}) => ({
  id,
  url: `https://app.example.org/hooks/${id}`,
  description: 'Our application',
  events: ['connection.*', 'turn.finished'],
  enabled: true,
  disabled_reason: null,
  failing_since: null,
  created_at: at,
  updated_at: at,
  ...more,
})

const endpoints = [
  endpoint('live'),
  endpoint('failing', { failing_since: ago(190), events: [], description: '' }),
  endpoint('gone', { enabled: false, disabled_reason: 'gone' }),
  endpoint('paused', {
    enabled: false,
    disabled_reason: 'administrator',
    url: `https://${'long.'.repeat(20)}example.org/`,
  }),
]

const attempt = (id: number, more: object = {}) => ({
  id,
  message_id: `evt_${id}`,
  type: 'turn.finished',
  attempt: 1,
  state: 'delivered',
  status: 204,
  error: null,
  excerpt: null,
  duration_ms: 84,
  at: ago(20 - id),
  next_at: null,
  ...more,
})

const attempts = [
  attempt(4, {
    state: 'retrying',
    status: 500,
    error: 'http_500',
    excerpt: 'Internal Server Error: the database is away',
    attempt: 3,
    next_at: soon(),
    duration_ms: 1_204,
  }),
  attempt(3, { state: 'failed', status: null, error: 'timed_out', attempt: 10, duration_ms: 15_000 }),
  attempt(2, { type: 'connection.created' }),
  attempt(1),
]

const group = (id: string, more: object = {}) => ({
  id,
  bot_id: 'bot_1',
  bot_name: 'telegram',
  channel: 'telegram',
  chat_id: '-1001234567890',
  chat_name: longName,
  sponsor_id: 'usr_2',
  sponsor_name: 'Grace Hopper',
  limits: { guest_turns_per_hour: 10, turns_per_day: 200 },
  used_today: 64,
  live: true,
  created_at: at,
  ...more,
})

const groups = [group('a'), group('b', { chat_name: null, used_today: 200, live: false })]

const botKeys = [
  {
    id: 'bky_1',
    name: 'Helper of the team',
    agent: 'default',
    platforms: ['DISCORD', 'SLACK'],
    secrets: [
      { last_four: 'k3fQ', expires_at: null },
      { last_four: '9aZx', expires_at: soon() },
    ],
    last_used_at: ago(3),
    created_at: at,
    revoked_at: null,
  },
  {
    id: 'bky_2',
    name: longName,
    agent: 'default',
    platforms: [],
    secrets: [],
    last_used_at: null,
    created_at: at,
    revoked_at: at,
  },
]

/** What bots that others run, guests and applications add to the console, with answers made up for the picture. */
export async function shootOutsideBots({ open, shoot }: Studio): Promise<void> {
  await shootLinks({ open, shoot })
  const page = await open('ada')
  const answer = (path: string, json: object) => page.route(path, (route) => route.fulfill({ json }))
  const go = async (path: string, name: string) => {
    await page.goto(path)
    await shoot(page, name)
  }
  await go('/channels/groups', 'groups-empty')
  await go('/webhooks', 'webhooks-empty')
  await go('/channels/bot-keys', 'bot-keys-empty')
  await answer('**/api/sponsorships', { sponsorships: groups })
  await go('/channels/groups', 'groups')
  await fromMenu(page, 0)
  await shoot(page, 'groups-limits')
  await answer('**/api/bot-keys', { bot_keys: botKeys })
  await go('/channels/bot-keys', 'bot-keys')
  await fromMenu(page, 1)
  await shoot(page, 'bot-keys-rotate')
  await answer('**/api/webhook-endpoints', { endpoints })
  await go('/webhooks', 'webhooks')
  await page.locator('main header button').click()
  await page.getByRole('dialog').waitFor()
  await shoot(page, 'webhooks-add')
  await answer('**/attempts*', { attempts: [], next: null })
  await go('/webhooks/live', 'webhook-log-empty')
  await page.unroute('**/attempts*')
  await answer('**/attempts*', { attempts, next: 1 })
  await go('/webhooks/failing', 'webhook-log')
  await page.unroute('**/attempts*')
  await page.route('**/attempts*', (route) =>
    route.fulfill({ status: 500, json: { code: 'internal_error', detail: 'Something went wrong.' } }),
  )
  await page.goto('/webhooks/live')
  await page.getByRole('alert').waitFor()
  await shoot(page, 'webhook-log-failing')
  await page.context().close()
}

async function shootLinks({ open, shoot }: Studio): Promise<void> {
  const stranger = await open('nobody')
  await stranger.goto('/link/made-up')
  await shoot(stranger, 'link-sign-in')
  await stranger.context().close()
  const page = await open('ada')
  await page.goto('/link/made-up')
  await shoot(page, 'link-unknown')
  const info = '**/tokens/*/info'
  await page.route(info, (route) =>
    route.fulfill({
      json: { ...link(), platform_username: `${longName} اسم طويل`, already_connected: false },
    }),
  )
  await page.goto('/link/made-up')
  await shoot(page, 'link-long')
  await page.unroute(info)
  await page.route(info, (route) => route.fulfill({ json: link() }))
  await page.goto('/link/made-up')
  await shoot(page, 'link')
  const approval = { id: 'apr_1', number: '4071', expires_at: soon() }
  await page.route('**/confirm', (route) =>
    route.fulfill({ status: 202, json: { success: false, approval } }),
  )
  await page.route('**/api/channels/approvals', (route) =>
    route.fulfill({ json: { approvals: [{ ...approval, provider: 'discord', made_in: 'chat' }] } }),
  )
  await page.locator('main button').first().click()
  await page.locator('output').waitFor()
  await shoot(page, 'link-number')
  await page.unroute('**/api/channels/approvals')
  await page.unroute('**/confirm')
  await page.route('**/confirm', (route) =>
    route.fulfill({
      json: { success: true, platform: 'DISCORD', platform_user_id: '1', platform_username: null },
    }),
  )
  await page.goto('/link/made-up')
  await page.locator('main button').first().click()
  await page.locator('h1:focus').waitFor()
  await shoot(page, 'link-done')
  const pending = {
    id: 'apr_2',
    made_in: 'app',
    provider: 'telegram',
    external_account_name: 'Ada',
    username: 'ada',
    number: null,
    tries_left: 2,
    created_at: ago(1),
    expires_at: soon(),
  }
  await page.route('**/api/channels/approvals', (route) => route.fulfill({ json: { approvals: [pending] } }))
  await page.goto('/channels')
  await page.locator('section input').first().waitFor()
  await shoot(page, 'channels-approval')
  await page.context().close()
}

async function fromMenu(page: Page, index: number): Promise<void> {
  await page.locator('main li button[aria-haspopup=menu]').first().click()
  await page.getByRole('menuitem').nth(index).click()
  await page.getByRole('dialog').waitFor()
}
