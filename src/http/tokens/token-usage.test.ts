import { afterAll, beforeAll, expect, it } from 'vitest'
import { signUp, startGateway, type TestGateway, type Visitor } from '../testing/gateway.ts'

let gateway: TestGateway
let ada: Visitor
let bob: Visitor
let id: string
beforeAll(async () => {
  gateway = await startGateway({ signUp: 'open' })
  ada = await signUp(gateway.app, { email: 'ada@example.org' })
  bob = await signUp(gateway.app, { email: 'bob@example.org' })
  const made = await gateway.app.inject({
    method: 'POST',
    url: '/api/tokens',
    headers: ada.headers,
    payload: { name: 'Backup', permissions: ['CHAT'] },
  })
  id = made.json<{ id: string }>().id
  await gateway.database.db
    .insertInto('api_token_minutes')
    .values({ token_id: id, minute: new Date('2026-11-14T10:30:00Z'), uses: 3, refusals: 1 })
    .execute()
})
afterAll(() => gateway.stop())

const read = async (query: string, who = ada) => {
  const answer = await gateway.app.inject({ url: `/api/tokens/${id}/usage?${query}`, headers: who.headers })
  return [answer.statusCode, answer.json()] as unknown
}

it('tells how often a token was used, in steps', async () => {
  expect(await read('from=2026-11-14T10:00:00Z&to=2026-11-14T12:00:00Z')).toEqual([
    200,
    {
      buckets: [
        { at: '2026-11-14T10:00:00.000Z', uses: 3, refusals: 1 },
        { at: '2026-11-14T11:00:00.000Z', uses: 0, refusals: 0 },
      ],
    },
  ])
  expect(await read('step=day')).toMatchObject([200, { buckets: { length: 30 } }])
})

it.each([
  ['from=yesterday', 422, 'validation_failed'],
  ['step=week', 422, 'validation_failed'],
  ['until=2026-11-14T10:00:00Z', 422, 'validation_failed'],
  ['step=minute&from=2020-01-01T00:00:00Z', 400, 'token_usage_range_invalid'],
])('refuses %s', async (query, status, code) => {
  expect(await read(query)).toMatchObject([status, { code }])
})

it("tells nothing of somebody else's", async () => {
  expect(await read('step=day', bob)).toMatchObject([404, { code: 'token_not_found' }])
})
