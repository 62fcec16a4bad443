import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openDatabase, type Database } from '../storage/database.ts'
import { startGateway, type TestGateway } from './testing/gateway.ts'

let gateway: TestGateway
let nowhere: Database
beforeAll(async () => {
  nowhere = openDatabase({ url: 'postgres://somebody@127.0.0.1:1/nothing' })
  gateway = await startGateway({
    routes(app) {
      const open = { config: { access: 'public' as const }, schema: { hide: true } }
      app.get('/api/refused', open, () => sql`select 1`.execute(nowhere.db))
      app.get('/api/ended', open, () =>
        sql`select pg_terminate_backend(pg_backend_pid())`.execute(gateway.database.db),
      )
      app.get('/api/hung', { ...open, handlerTimeout: 20 }, () => new Promise(() => undefined))
      app.get('/api/mistaken', open, () => sql`select nothing`.execute(gateway.database.db))
    },
  })
})
afterAll(async () => {
  await gateway.stop()
  await nowhere.close()
})

it.each([
  ['refused', 503, 'database_unavailable', '2'],
  ['mistaken', 500, 'internal_error', undefined],
  ['hung', 503, 'not_done_in_time', '5'],
  ['ended', 503, 'database_unavailable', '2'],
])('a request whose statement is %s is answered %i, by what callers may know', async (...wanted) => {
  const [path, ...rest] = wanted
  const answer = await gateway.app.inject(`/api/${path}`)
  const { code } = answer.json<{ code: string }>()
  expect([answer.statusCode, code, answer.headers['retry-after']]).toEqual(rest)
  expect(answer.body).not.toMatch(/127\.0\.0\.1|postgres|nothing/)
})
