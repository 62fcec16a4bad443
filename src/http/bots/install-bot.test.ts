import { pino } from 'pino'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { listAudit } from '../../audit/audit.ts'
import { openChannelsHouse, type ChannelsHouse } from '../channels/testing/channels-house.ts'
import { beginInstall, comeBack, suite, tokensOf } from './testing/suite.ts'

let house: ChannelsHouse
let logged = ''
beforeAll(async () => {
  const log = pino({ level: 'trace' }, { write: (line: string) => void (logged += line) })
  house = await openChannelsHouse({ channels: [suite], log })
})
afterAll(() => house.stop())

interface Answer {
  id: string
  can_install: boolean
  installed_in: string[]
}
const ask = (method: 'GET' | 'POST', path: string, payload?: object, who: 'admin' | 'user' = 'admin') =>
  house.app.inject({
    method,
    url: `/api/bots${path}`,
    headers: house[who].headers,
    ...(payload && { payload }),
  })
const create = async (channel: string, name: string, values: object) =>
  (await ask('POST', '', { channel, name, values })).json<Answer>()
const createSuite = (name: string) =>
  create('suite', name, { app_token: `good-${name}`, client_id: 'client-1' })

it('a bot gets the token of one more workspace, sealed, and says where it is', async () => {
  const { id } = await createSuite('Clerk')
  const begun = await beginInstall(house, id)
  expect(begun.answer.json()).toEqual({
    url: expect.stringContaining('redirect_uri=http%3A%2F%2F127.0.0.1%3A8080%2Foauth%2Finstall') as string,
    expires_at: expect.any(String) as string,
  })
  expect(begun.answer.cookies).toMatchObject([
    { path: '/oauth/install', httpOnly: true, sameSite: 'Lax', maxAge: 600 },
  ])
  const { answer, location } = await comeBack(house, begun.cookie, { state: begun.state, code: 'good-T1' })
  expect([answer.statusCode, location]).toEqual([302, '/channels?installed=suite'])
  expect(answer.cookies).toMatchObject([{ value: '', path: '/oauth/install' }])
  const again = await comeBack(house, begun.cookie, { state: begun.state, code: 'good-T2' })
  expect(again.location).toBe('/channels?install_failed=install_link_invalid')

  expect((await house.bots.find(house.db, id))!.settings).toEqual({
    app_token: 'good-Clerk',
    client_id: 'client-1',
    tokens: '{"T1":"token-of-T1"}',
  })
  const row = await house.db.selectFrom('bots').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
  const { entries } = await listAudit(house.db, { limit: 1 })
  expect(entries).toMatchObject([
    {
      action: 'bot.installed',
      actor: { id: house.admin.id },
      subject: { id },
      detail: { channel: 'suite', team: 'T1' },
    },
  ])
  const view = await ask('GET', `/${id}`)
  expect(view.json()).toMatchObject({ can_install: true, installed_in: ['T1'] })
  const installations = await house.db.selectFrom('installations').selectAll().execute()
  const [, browser = ''] = begun.cookie.split('=')
  for (const text of [JSON.stringify([row, entries, installations]), view.body, logged])
    for (const secret of ['token-of-T1', begun.state, browser, 'good-T1']) expect(text).not.toContain(secret)
})

it('several installations of one bot at once lose no token', async () => {
  const { id } = await createSuite('Scout')
  const teams = ['T1', 'T2', 'T3']
  const begun = await Promise.all(teams.map(() => beginInstall(house, id)))
  // One browser, which has all their cookies.
  const cookies = begun.map(({ cookie }) => cookie).join('; ')
  const ended = await Promise.all(
    teams.map((team, index) =>
      comeBack(house, cookies, { state: begun[index]!.state, code: `good-${team}` }),
    ),
  )
  expect(new Set(ended.map(({ location }) => location))).toEqual(new Set(['/channels?installed=suite']))
  const tokens = tokensOf((await house.bots.find(house.db, id))!.settings)
  expect(Object.keys(tokens).sort()).toEqual(teams)
})

it('is for administrators, and for bots that have all it needs', async () => {
  const bare = await create('suite', 'Bare', { app_token: 'good-bare' })
  const paper = await create('paper', 'Paper', { app_token: 'good-paper', app_name: 'clerk' })
  expect([bare, paper].map(({ can_install }) => can_install)).toEqual([true, false])
  const refusals: [string, 'admin' | 'user', number, string][] = [
    [bare.id, 'user', 403, 'permission_missing'],
    ['bot_1', 'admin', 404, 'bot_unknown'],
    [paper.id, 'admin', 400, 'channel_install_absent'],
    [bare.id, 'admin', 400, 'channel_install_unprepared'],
  ]
  for (const [id, who, status, code] of refusals) {
    const refused = await ask('POST', `/${id}/install`, undefined, who)
    expect([refused.statusCode, refused.json<{ code: string }>().code]).toEqual([status, code])
    expect(refused.cookies).toEqual([])
  }
})
