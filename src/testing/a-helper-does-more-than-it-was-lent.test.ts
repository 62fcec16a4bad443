import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { narrow, type Narrower } from '../../sdk/src/client.ts'
import { ScriptedAgent } from '../conversations/testing/scripted-agent.ts'
import type { Person } from './person.ts'
import { createWorld, type World } from './world.ts'

/** The whole gateway, a service on loopback, and what an agent or a program hands on of its right. */
let service: Server
let world: World
let root: Person
let ada: Person
let conversation: string
let secret: string
let grant: string
const agent = new ScriptedAgent()

beforeAll(async () => {
  service = createServer((_, response) => response.end('{"login":"ada"}'))
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(service.address() as AddressInfo).port}`
  const provider = (name: string) =>
    `{ name: ${name}, api_hosts: ["${new URL(origin).host}"], api_base: "${origin}", ` +
    `api_key: { label: Key, inject: { header: Authorization, format: "Bearer {token}" } } }`
  world = await createWorld({
    yaml: `
agents: { default: { kind: echo, integrations: { calls: 5 } } }
integrations:
  allow_hosts: [127.0.0.1]
  rules: [{ methods: [POST], paths: [/notes], decision: allow }]
  providers: { acme: ${provider('Acme')}, other: ${provider('Other')} }
`,
    overrides: { agents: new Map([['default', agent]]) },
  })
  root = await world.person('Root')
  ada = await world.person('Ada')
  for (const one of ['acme', 'other'])
    await ada.post(`/api/integrations/${one}/credentials`, {
      type: 'api_key',
      api_key: `the-key-of-${one}`,
      title: one,
    })
  const permissions = ['CHAT', 'USE_INTEGRATIONS', 'READ_INTEGRATIONS', 'DELETE_INTEGRATIONS']
  secret = (await ada.post<{ token: string }>('/api/tokens', { name: 'Planner', permissions })).token
  conversation = (await ada.begin()).id
  await ada.stream(await ada.turn(conversation, 'hello'))
  grant = agent.runs.at(-1)?.grant?.token ?? ''
})
afterAll(async () => {
  await world.stop()
  service.close()
})

async function ask(token: string, method: string, path: string, body?: unknown): Promise<unknown> {
  const answer = await fetch(new URL(path, world.url), {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const { code } = (await answer.json().catch(() => ({}))) as { code?: string }
  return code ?? answer.status
}
const lent = (narrower: Narrower) => narrow(secret, narrower)
const note = { text: 'hello' }

describe('a helper with a part of a token does more than it was lent', () => {
  it('not at other providers, nor by other methods', async () => {
    const child = await lent({ providers: ['acme'], methods: ['GET'], name: 'searcher' })
    expect(await ask(child, 'GET', '/proxy/acme/user')).toBe(200)
    expect(await ask(child, 'POST', '/proxy/acme/notes', note)).toBe('method_not_granted')
    expect(await ask(child, 'GET', '/proxy/other/user')).toBe('provider_not_granted')
    expect(await ask(secret, 'POST', '/proxy/other/notes', note)).toBe(200)
    const { detail } = await world.database.db
      .selectFrom('audit_entries')
      .select('detail')
      .where('action', '=', 'credential.used')
      .orderBy('seq')
      .executeTakeFirstOrThrow()
    expect(detail).toMatchObject({ derived_as: ['searcher'] })
  })

  it('nor more often, by however many helpers of its own', async () => {
    const child = await lent({ calls: 2 })
    expect(await ask(await narrow(child, { calls: 9, name: 'first' }), 'GET', '/proxy/acme/user')).toBe(200)
    expect(await ask(await narrow(child, { calls: 9, name: 'second' }), 'GET', '/proxy/acme/user')).toBe(200)
    for (const late of [child, await narrow(child, { calls: 9, name: 'third' })])
      expect(await ask(late, 'GET', '/proxy/acme/user')).toBe('budget_spent')
    expect(await ask(secret, 'GET', '/proxy/acme/user')).toBe(200)
  })

  it('nor around the proxy, by an agent or by what manages accounts', async () => {
    const child = await lent({ providers: ['acme'] })
    for (const [method, path] of [
      ['GET', '/api/conversations'],
      ['POST', '/api/conversations'],
      ['GET', '/api/integrations/credentials'],
    ] as const)
      expect(await ask(child, method, path, method === 'POST' ? {} : undefined), path).toBe(
        'permission_missing',
      )
  })

  it('nor at routes whose permission was kept back, and none manages tokens', async () => {
    const child = await lent({ permissions: ['CHAT'] })
    expect(await ask(child, 'GET', '/api/conversations')).toBe(200)
    expect(await ask(child, 'GET', '/proxy/acme/user')).toBe('use_not_permitted')
    expect(await ask(child, 'GET', '/api/tokens')).toBe('permission_missing')
    expect(await ask(child, 'POST', '/api/tokens', { name: 'x', permissions: ['CHAT'] })).toBe(
      'permission_missing',
    )
    expect(await ask(`${child.slice(0, -2)}AA`, 'GET', '/api/conversations')).toBe('credential_invalid')
  })

  it('nor after its time', async () => {
    const over = await lent({ until: new Date(Date.now() - 1_000) })
    expect(await ask(over, 'GET', '/api/conversations')).toBe('credential_invalid')
    expect(await ask(over, 'GET', '/proxy/acme/user')).toBe('credential_invalid')
  })
})

describe('a helper with a part of a grant does more than it was lent', () => {
  const post = (token: string) =>
    ask(token, 'POST', `/api/conversations/${conversation}/messages`, { text: 'x' })

  it('not in the conversation without CHAT, nor with accounts without USE_INTEGRATIONS', async () => {
    const [talker, user] = await Promise.all([
      narrow(grant, { permissions: ['CHAT'] }),
      narrow(grant, { permissions: ['USE_INTEGRATIONS'], providers: ['acme'] }),
    ])
    expect(await post(talker)).toBe(202)
    expect(await ask(talker, 'GET', '/proxy/acme/user')).toBe('use_not_permitted')
    expect(await post(user)).toBe('permission_missing')
    expect(await ask(user, 'GET', '/proxy/acme/user')).toBe(200)
    expect(await ask(user, 'GET', '/proxy/other/user')).toBe('provider_not_granted')
  })

  it("nor beyond the turn's budget, which all share", async () => {
    const helpers = await Promise.all([1, 2, 3, 4].map((at) => narrow(grant, { calls: 9, name: `${at}` })))
    const answers = []
    for (const helper of [...helpers, grant]) answers.push(await ask(helper, 'GET', '/proxy/acme/user'))
    expect(answers).toEqual([200, 200, 200, 200, 'budget_spent'])
  })

  it.each(['agent', 'workspace', 'user'])('nor while its %s is out of use', async (whose) => {
    const child = await narrow(grant, { name: 'late' })
    const { workspace_id } = await ada.get<{ workspace_id: string }>('/api/me')
    expect(await post(child)).toBe(202)
    const switchTo = async (out: boolean) => {
      const { db } = world.database
      if (whose === 'agent')
        expect((await root.ask('PATCH', '/api/agents/default', { disabled: out })).status).toBe(200)
      else if (whose === 'workspace')
        await db
          .updateTable('workspaces')
          .set({ disabled_at: out ? new Date() : null })
          .where('id', '=', workspace_id)
          .execute()
      else await db.updateTable('users').set({ banned: out }).where('id', '=', ada.id).execute()
    }
    await switchTo(true)
    await expect.poll(() => ask(child, 'GET', '/proxy/acme/user')).toBe('credential_invalid')
    expect(await post(child)).toBe('credential_invalid')
    expect(await post(grant)).toBe('credential_invalid')
    await switchTo(false)
    await expect.poll(() => post(child)).toBe(202)
  })
})
