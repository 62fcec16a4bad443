import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Person } from '../../testing/person.ts'
import { createWorld, type World } from '../../testing/world.ts'
import { askAsBot, discord, openLinkingWorld, type LinkingWorld } from './testing/linking-world.ts'

let world: LinkingWorld
let strict: LinkingWorld
/** Where no bot key was ever made. */
let keyless: World
let slackKey: string
beforeAll(async () => {
  world = await openLinkingWorld()
  strict = await openLinkingWorld('both')
  keyless = await createWorld()
  await keyless.person('Ada')
  slackKey = (await world.makeKey('Slack only', ['SLACK'])).key
}, 120_000)
afterAll(async () => {
  await Promise.all([world.stop(), strict.stop(), keyless.stop()])
})

const base = '/api/platform-linking'
let last = 0
const account = () => `account-${++last}`
const stranger = (method: string, path: string) => fetch(new URL(path, world.url), { method })
const confirm = (who: Person, token: string) => who.ask('POST', `${base}/tokens/${token}/confirm`)
const info = (token: string) => world.bob.ask('GET', `${base}/tokens/${token}/info`)
const status = (token: string, key?: string) => world.bot('GET', `/tokens/${token}/status`, undefined, key)

async function linked(id = account()): Promise<{ id: string; token: string }> {
  const { token } = await world.link(id)
  await confirm(world.bob, token)
  return { id, token }
}

async function expired(): Promise<string> {
  const id = account()
  const { token } = await world.link(id)
  const rows = world.database.db.updateTable('link_tokens').where('external_id', '=', id)
  await rows.set({ expires_at: new Date(0) }).execute()
  return token
}

async function linkId(): Promise<string> {
  const { id } = await linked()
  const links = await world.bob.get<{ id: string; platform_user_id: string }[]>(`${base}/links`)
  return links.find((link) => link.platform_user_id === id)?.id ?? ''
}

let lastApproval = ''
/** Bob's playground has sent Ada's code: she must type the number that he sees. */
async function approvalOfAda(): Promise<{ path: string; number: string; wrong: string }> {
  await strict.bob.writes(`/connect ${await strict.ada.connectCode('playground')}`)
  const pending = async () =>
    (await strict.ada.get<{ approvals: { id: string }[] }>('/api/channels/approvals')).approvals[0]?.id
  await expect.poll(pending).not.toBeOneOf([undefined, lastApproval])
  const id = (lastApproval = (await pending()) ?? '')
  const { number } = await strict.database.db
    .selectFrom('link_approvals')
    .select('number')
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  const wrong = String((Number(number) + 1) % 10_000).padStart(4, '0')
  return { path: `/api/channels/approvals/${id}`, number, wrong }
}

type Case = [route: string, status: number, what: string, ask: () => Promise<Response>]

const botCases: Case[] = [
  ['POST /tokens', 200, 'a link', () => world.bot('POST', '/tokens', discord(account()))],
  ['POST /tokens', 401, 'no key', () => world.bot('POST', '/tokens', discord(account()), '')],
  ['POST /tokens', 401, 'a wrong key', () => world.bot('POST', '/tokens', discord(account()), 'pb_wrong')],
  ['POST /tokens', 403, 'another platform', () => world.bot('POST', '/tokens', discord('1'), slackKey)],
  ['POST /tokens', 409, 'linked', async () => world.bot('POST', '/tokens', discord((await linked()).id))],
  ['POST /tokens', 422, 'an unknown field', () => world.bot('POST', '/tokens', { ...discord('1'), a: 1 })],
  [
    'POST /tokens',
    422,
    'an unknown platform',
    () => world.bot('POST', '/tokens', { ...discord('1'), platform: 'X' }),
  ],
  ['POST /tokens', 422, 'a long id', () => world.bot('POST', '/tokens', discord('1'.repeat(256)))],
  [
    'POST /tokens',
    429,
    'the eleventh link of one account',
    async () => {
      const id = account()
      for (let made = 0; made < 10; made++) await world.link(id)
      return world.bot('POST', '/tokens', discord(id))
    },
  ],
  [
    'POST /tokens',
    503,
    'no key is configured',
    () => askAsBot(keyless.url, 'POST', '/tokens', discord('1'), ''),
  ],
  ['GET /tokens/{token}/status', 200, 'pending', async () => status((await world.link(account())).token)],
  ['GET /tokens/{token}/status', 200, 'linked', async () => status((await linked()).token)],
  ['GET /tokens/{token}/status', 200, 'expired', async () => status(await expired())],
  ['GET /tokens/{token}/status', 401, 'no key', () => status('abc', '')],
  ['GET /tokens/{token}/status', 404, 'unknown', () => status('abc')],
  [
    'GET /tokens/{token}/status',
    404,
    "another key's",
    async () => status((await world.link(account())).token, slackKey),
  ],
  ['GET /tokens/{token}/status', 422, 'no token at all', () => status('a.b')],
  [
    'GET /tokens/{token}/status',
    503,
    'no key is configured',
    () => askAsBot(keyless.url, 'GET', '/tokens/abc/status', undefined, ''),
  ],
  ['POST /resolve', 200, 'linked', async () => world.bot('POST', '/resolve', discord((await linked()).id))],
  ['POST /resolve', 200, 'a stranger', () => world.bot('POST', '/resolve', discord(account()))],
  ['POST /resolve', 401, 'no key', () => world.bot('POST', '/resolve', discord('1'), '')],
  ['POST /resolve', 403, 'another platform', () => world.bot('POST', '/resolve', discord('1'), slackKey)],
  ['POST /resolve', 422, 'no account', () => world.bot('POST', '/resolve', { platform: 'DISCORD' })],
  [
    'POST /resolve',
    503,
    'no key is configured',
    () => askAsBot(keyless.url, 'POST', '/resolve', discord('1'), ''),
  ],
  [
    'POST /approve',
    200,
    'nothing waits',
    () => world.bot('POST', '/approve', { ...discord('1'), number: '0000' }),
  ],
  [
    'POST /approve',
    401,
    'no key',
    () => world.bot('POST', '/approve', { ...discord('1'), number: '0000' }, ''),
  ],
  [
    'POST /approve',
    403,
    'another platform',
    () => world.bot('POST', '/approve', { ...discord('1'), number: '0000' }, slackKey),
  ],
  [
    'POST /approve',
    422,
    'no number',
    () => world.bot('POST', '/approve', { ...discord('1'), number: 'four' }),
  ],
  [
    'POST /approve',
    503,
    'no key is configured',
    () => askAsBot(keyless.url, 'POST', '/approve', { ...discord('1'), number: '0000' }, ''),
  ],
]

const userCases: Case[] = [
  [
    'GET /tokens/{token}/info',
    200,
    'whose link it is',
    async () => info((await world.link(account())).token),
  ],
  ['GET /tokens/{token}/info', 401, 'nobody', () => stranger('GET', `${base}/tokens/abc/info`)],
  ['GET /tokens/{token}/info', 404, 'unknown', () => info('abc')],
  ['GET /tokens/{token}/info', 410, 'expired', async () => info(await expired())],
  ['GET /tokens/{token}/info', 410, 'used', async () => info((await linked()).token)],
  ['GET /tokens/{token}/info', 422, 'no token at all', () => info('a.b')],
  [
    'POST /tokens/{token}/confirm',
    200,
    'linked',
    async () => confirm(world.bob, (await world.link(account())).token),
  ],
  [
    'POST /tokens/{token}/confirm',
    202,
    'a number',
    async () => confirm(strict.bob, (await strict.link(account())).token),
  ],
  ['POST /tokens/{token}/confirm', 401, 'nobody', () => stranger('POST', `${base}/tokens/abc/confirm`)],
  [
    'POST /tokens/{token}/confirm',
    403,
    'from another site',
    () => world.bob.ask('POST', `${base}/tokens/abc/confirm`, undefined, { 'x-csrf-token': 'wrong' }),
  ],
  ['POST /tokens/{token}/confirm', 404, 'unknown', () => confirm(world.bob, 'abc')],
  [
    'POST /tokens/{token}/confirm',
    409,
    'linked meanwhile',
    async () => {
      const id = account()
      const { token } = await world.link(id)
      const { workspace_id } = await world.ada.get<{ workspace_id: string }>('/api/me')
      const identity = { channel: 'discord', tenant_id: '', external_id: id }
      const row = {
        ...identity,
        id: `con_${id}`,
        workspace_id,
        user_id: world.ada.id,
        status: 'connected',
      } as const
      await world.database.db
        .insertInto('connections')
        .values({ ...row, scopes: '[]', metadata: '{}' })
        .execute()
      return confirm(world.bob, token)
    },
  ],
  ['POST /tokens/{token}/confirm', 410, 'used', async () => confirm(world.ada, (await linked()).token)],
  ['POST /tokens/{token}/confirm', 410, 'expired', async () => confirm(world.bob, await expired())],
  [
    'POST /tokens/{token}/confirm',
    410,
    'superseded',
    async () => {
      const id = account()
      const { token } = await world.link(id)
      await world.link(id)
      return confirm(world.bob, token)
    },
  ],
  ['POST /tokens/{token}/confirm', 422, 'no token at all', () => confirm(world.bob, 'a.b')],
  ['GET /links', 200, 'own links', () => world.bob.ask('GET', `${base}/links`)],
  ['GET /links', 401, 'nobody', () => stranger('GET', `${base}/links`)],
  [
    'DELETE /links/{id}',
    200,
    'ended',
    async () => world.bob.ask('DELETE', `${base}/links/${await linkId()}`),
  ],
  ['DELETE /links/{id}', 401, 'nobody', () => stranger('DELETE', `${base}/links/con_1`)],
  [
    'DELETE /links/{id}',
    403,
    'from another site',
    () => world.bob.ask('DELETE', `${base}/links/con_1`, undefined, { 'x-csrf-token': 'wrong' }),
  ],
  ['DELETE /links/{id}', 404, 'unknown', () => world.bob.ask('DELETE', `${base}/links/con_1`)],
  [
    'DELETE /links/{id}',
    404,
    "another's",
    async () => world.ada.ask('DELETE', `${base}/links/${await linkId()}`),
  ],
  [
    'DELETE /links/{id}',
    404,
    'ended already',
    async () => {
      const path = `${base}/links/${await linkId()}`
      await world.bob.ask('DELETE', path)
      return world.bob.ask('DELETE', path)
    },
  ],
]

const approvalCases: Case[] = [
  ['GET /api/channels/approvals', 200, 'own', () => strict.ada.ask('GET', '/api/channels/approvals')],
  ['GET /api/channels/approvals', 401, 'nobody', () => stranger('GET', '/api/channels/approvals')],
  [
    'DELETE /api/channels/approvals/{id}',
    204,
    'given up',
    async () => strict.ada.ask('DELETE', (await approvalOfAda()).path),
  ],
  [
    'DELETE /api/channels/approvals/{id}',
    404,
    'unknown',
    () => strict.ada.ask('DELETE', '/api/channels/approvals/lap_1'),
  ],
  [
    'POST /api/channels/approvals/{id}',
    404,
    'unknown',
    () => strict.ada.ask('POST', '/api/channels/approvals/lap_1', { number: '0000' }),
  ],
  [
    'POST /api/channels/approvals/{id}',
    422,
    'no number',
    () => strict.ada.ask('POST', '/api/channels/approvals/lap_1', { number: 1234 }),
  ],
  [
    'POST /api/channels/approvals/{id}',
    404,
    "another's",
    async () => {
      const { path, number } = await approvalOfAda()
      return strict.bob.ask('POST', path, { number })
    },
  ],
  [
    'POST /api/channels/approvals/{id}',
    400,
    'a wrong number',
    async () => {
      const { path, wrong } = await approvalOfAda()
      return strict.ada.ask('POST', path, { number: wrong })
    },
  ],
  [
    'POST /api/channels/approvals/{id}',
    410,
    'the third wrong number',
    async () => {
      const { path, wrong } = await approvalOfAda()
      await strict.ada.ask('POST', path, { number: wrong })
      await strict.ada.ask('POST', path, { number: wrong })
      return strict.ada.ask('POST', path, { number: wrong })
    },
  ],
  [
    'POST /api/channels/approvals/{id}',
    200,
    'linked',
    async () => {
      const { path, number } = await approvalOfAda()
      return strict.ada.ask('POST', path, { number })
    },
  ],
]

describe('every route answers with every status that it names', () => {
  it.each([...botCases, ...userCases, ...approvalCases])(
    '%s %i: %s',
    async (_route, status, _what, ask) => {
      const answer = await ask()
      const body = await answer.text()
      expect(answer.status, body).toBe(status)
      if (status === 429) expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
      if (status >= 400) expect(JSON.parse(body)).toMatchObject({ status })
    },
    60_000,
  )
})
