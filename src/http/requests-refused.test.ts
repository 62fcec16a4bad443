import type { InjectOptions } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signUp, startGateway, type TestGateway, type Visitor } from './testing/gateway.ts'

let gateway: TestGateway
let admin: Visitor
let member: Visitor
let workspace: string
beforeAll(async () => {
  gateway = await startGateway()
  admin = await signUp(gateway.app, { email: 'admin@example.org' })
  const me = await gateway.app.inject({ url: '/api/me', headers: admin.headers })
  workspace = me.json<{ workspace_id: string }>().workspace_id
  const invitation = await gateway.app.inject({
    method: 'POST',
    url: `/api/workspaces/${workspace}/invitations`,
    headers: admin.headers,
    payload: { email: 'member@example.org' },
  })
  const { token } = invitation.json<{ token: string }>()
  member = await signUp(gateway.app, { email: 'member@example.org', invitation: token })
})
afterAll(() => gateway.stop())

const json = { 'content-type': 'application/json' }
const rows: [string, InjectOptions, number, string, object?][] = [
  ['an unknown address', { url: '/api/nothing' }, 404, 'route_not_found'],
  ['an unknown address outside the API', { url: '/nothing' }, 404, 'route_not_found'],
  ['a post to an unknown address', { method: 'POST', url: '/api/nothing' }, 404, 'route_not_found'],
  ['a method that the address does not take', { method: 'PUT', url: '/api/me' }, 405, 'method_not_allowed'],
  ['a path that cannot be decoded', { url: '/api/%E0%A4%A' }, 400, 'request_malformed'],
  [
    'no JSON',
    { method: 'POST', url: '/api/workspaces', headers: json, payload: '{"name":' },
    400,
    'request_malformed',
  ],
  [
    'an empty JSON body',
    { method: 'POST', url: '/api/workspaces', headers: json, payload: '' },
    400,
    'request_malformed',
  ],
  [
    'a body that reaches for the prototype',
    { method: 'POST', url: '/api/workspaces', headers: json, payload: '{"name":"x","__proto__":{"a":1}}' },
    400,
    'request_malformed',
  ],
  [
    'a form',
    {
      method: 'POST',
      url: '/api/workspaces',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: 'name=x',
    },
    415,
    'media_type_unsupported',
  ],
  [
    'plain text',
    {
      method: 'POST',
      url: '/api/workspaces',
      headers: { 'content-type': 'text/plain' },
      payload: '{"name":"x"}',
    },
    415,
    'media_type_unsupported',
  ],
  [
    'a body over 1 MiB',
    {
      method: 'POST',
      url: '/api/workspaces',
      headers: json,
      payload: JSON.stringify({ name: 'x'.repeat(2 ** 20) }),
    },
    413,
    'body_too_large',
  ],
  ['no body', { method: 'POST', url: '/api/workspaces' }, 422, 'validation_failed'],
  [
    'a missing field',
    { method: 'POST', url: '/api/workspaces', payload: {} },
    422,
    'validation_failed',
    { errors: [{ path: '/body/name', message: 'is missing' }] },
  ],
  [
    'an unknown field',
    { method: 'POST', url: '/api/workspaces', payload: { name: 'x', role: 'admin' } },
    422,
    'validation_failed',
    { errors: [{ path: '/body/role', message: 'is not known here' }] },
  ],
  [
    'a number where text belongs',
    { method: 'POST', url: '/api/workspaces', payload: { name: 7 } },
    422,
    'validation_failed',
    { errors: [{ path: '/body/name', message: 'must be string' }] },
  ],
  [
    'a name that is too long',
    { method: 'POST', url: '/api/workspaces', payload: { name: 'x'.repeat(201) } },
    422,
    'validation_failed',
  ],
  ['a limit of 0', { url: '/api/audit?limit=0' }, 422, 'validation_failed'],
  ['a limit of 501', { url: '/api/audit?limit=501' }, 422, 'validation_failed'],
  ['an unknown format', { url: '/api/audit?format=xml' }, 422, 'validation_failed'],
  ['an unknown parameter', { url: '/api/audit?all=1' }, 422, 'validation_failed'],
  ['a parameter given twice', { url: '/api/audit?limit=1&limit=2' }, 422, 'validation_failed'],
  [
    'a sign-up with a short password',
    {
      method: 'POST',
      url: '/api/auth/sign-up/email',
      payload: { name: 'x', email: 'x@example.org', password: 'short' },
    },
    422,
    'validation_failed',
  ],
  [
    'a sign-up with half an address',
    {
      method: 'POST',
      url: '/api/auth/sign-up/email',
      payload: { name: 'x', email: 'x@', password: 'correct horse' },
    },
    422,
    'validation_failed',
  ],
  [
    'a sign-up with an unknown invitation',
    {
      method: 'POST',
      url: '/api/auth/sign-up/email',
      payload: { name: 'x', email: 'x@example.org', password: 'correct horse', invitation: 'unknown' },
    },
    403,
    'invitation_invalid',
  ],
  [
    'the members of an unknown workspace',
    { url: '/api/workspaces/wsp_unknown/members' },
    404,
    'workspace_not_found',
  ],
  ['a workspace id with a zero byte', { url: '/api/workspaces/%00/members' }, 400, 'request_malformed'],
  [
    'a name with a zero byte',
    { method: 'POST', url: '/api/workspaces', payload: { name: '\0' } },
    400,
    'request_malformed',
  ],
]

describe('a request is refused', () => {
  it.each(rows)('for %s', async (_, asked, status, code, more = {}) => {
    const answer = await gateway.app.inject({ ...asked, headers: { ...admin.headers, ...asked.headers } })
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/)
    const problem = answer.json<Record<string, unknown>>()
    expect(problem).toMatchObject({ status, code, type: `urn:portico:error:${code}`, ...more })
    expect(answer.statusCode).toBe(status)
    expect(problem['request_id']).toBe(answer.headers['x-request-id'])
    expect(answer.body).not.toMatch(/FST_ERR|node_modules|\\n +at |SyntaxError|invalid byte/)
  })

  it('for a plain member what only administrators may do, naming the permission', async () => {
    const workspaces = await gateway.app.inject({
      method: 'POST',
      url: '/api/workspaces',
      headers: member.headers,
      payload: { name: 'Mine' },
    })
    expect(workspaces.json()).toMatchObject({ status: 403, code: 'permission_missing', permission: 'admin' })
    for (const [method, path] of [
      ['GET', 'invitations'],
      ['POST', 'invitations'],
      ['DELETE', 'invitations/inv_unknown'],
      ['DELETE', `members/${admin.id}`],
    ] as const) {
      const answer = await gateway.app.inject({
        method,
        url: `/api/workspaces/${workspace}/${path}`,
        headers: member.headers,
        ...(method === 'POST' ? { payload: { email: 'x@example.org' } } : {}),
      })
      expect(answer.json(), path).toMatchObject({
        status: 403,
        code: 'workspace_permission_missing',
        permission: 'workspace:admin',
      })
    }
  })

  it('for a stranger to a workspace as if it did not exist', async () => {
    const created = await gateway.app.inject({
      method: 'POST',
      url: '/api/workspaces',
      headers: admin.headers,
      payload: { name: 'Secret' },
    })
    const { id } = created.json<{ id: string }>()
    for (const path of ['members', 'invitations']) {
      const answer = await gateway.app.inject({
        url: `/api/workspaces/${id}/${path}`,
        headers: member.headers,
      })
      expect(answer.json()).toMatchObject({ status: 404, code: 'workspace_not_found' })
    }
  })

  it('for too many requests, with the time to wait', async () => {
    const limited = await startGateway({
      rateLimits: { perAddress: 6, perBotService: 6, perUser: 100, guesses: 2 },
    })
    const guess = () =>
      limited.app.inject({
        method: 'POST',
        url: '/api/auth/sign-in/email',
        payload: { email: 'x@example.org', password: 'a wrong one' },
      })
    expect((await guess()).statusCode).toBe(401)
    expect((await guess()).statusCode).toBe(401)
    const refused = await guess()
    expect(refused.json()).toMatchObject({ status: 429, code: 'rate_limited' })
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
    for (let n = 0; n < 3; n++) expect((await limited.app.inject({ url: '/api/setup' })).statusCode).toBe(200)
    expect((await limited.app.inject({ url: '/api/setup' })).statusCode).toBe(429)
    await limited.stop()
  })
})
