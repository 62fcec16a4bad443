import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signUp, startGateway, type TestGateway, type Visitor } from '../testing/gateway.ts'

interface Entry {
  seq: number
  action: string
  actor: { kind: string; id: string | null }
}
interface Page {
  entries: Entry[]
  next: number | null
}

let gateway: TestGateway
let admin: Visitor
let user: Visitor
beforeAll(async () => {
  gateway = await startGateway({ signUp: 'open' })
  admin = await signUp(gateway.app, { email: 'admin@example.org' })
  user = await signUp(gateway.app, { email: 'user@example.org' })
  for (const name of ['One', 'Two', 'Three'])
    await gateway.app.inject({
      method: 'POST',
      url: '/api/workspaces',
      headers: admin.headers,
      payload: { name },
    })
})
afterAll(() => gateway.stop())

const read = (visitor: Visitor, query = '') =>
  gateway.app.inject({ url: `/api/audit${query}`, headers: visitor.headers })

describe('GET /api/audit', () => {
  it('gives administrators everything, newest first, page by page', async () => {
    const { entries, next } = (await read(admin)).json<Page>()
    expect(entries.map(({ action }) => action)).toEqual([
      'workspace.created',
      'workspace.created',
      'workspace.created',
      'user.joined',
      'user.joined',
      'workspace.created',
    ])
    expect(next).toBeNull()
    const first = (await read(admin, '?limit=4')).json<Page>()
    const second = (await read(admin, `?limit=4&before=${first.next}`)).json<Page>()
    expect([...first.entries, ...second.entries]).toEqual(entries)
    expect(second.next).toBeNull()
  })

  it('gives users what they did themselves', async () => {
    const { entries } = (await read(user)).json<Page>()
    expect(entries).toMatchObject([{ action: 'user.joined', actor: { kind: 'user', id: user.id } }])
  })

  it('gives the same as lines of JSON', async () => {
    const answer = await read(admin, '?format=jsonl')
    expect(answer.headers['content-type']).toContain('application/jsonl')
    const lines = answer.body.trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line) as Entry)).toEqual((await read(admin)).json<Page>().entries)
    expect((await read(user, '?format=jsonl')).body.trimEnd().split('\n')).toHaveLength(1)
  })
})
