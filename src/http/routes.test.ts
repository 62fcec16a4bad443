import type { RouteOptions } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { registerAuth } from './auth.ts'
import { startGateway, type TestGateway } from './testing/gateway.ts'
import { fastify } from 'fastify'
import type { App } from './types.ts'

interface Operation {
  summary?: string
  security?: object[]
  responses: Record<string, unknown>
}

let gateway: TestGateway
let operations: { method: string; path: string; operation: Operation }[]
beforeAll(async () => {
  gateway = await startGateway()
  const document = (await gateway.app.inject({ url: '/openapi.json' })).json<{
    paths: Record<string, Record<string, Operation>>
  }>()
  operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ method, path, operation })),
  )
})
afterAll(() => gateway.stop())

describe('every route of the API', () => {
  it('refuses a caller whom it does not know, unless it is open to anybody', async () => {
    const closed = operations.filter(({ operation }) => operation.security?.length !== 0)
    expect(closed.length).toBeGreaterThan(5)
    for (const { method, path } of closed) {
      const answer = await gateway.app.inject({
        method: method.toUpperCase() as 'GET',
        url: path.replaceAll(/\{\w+\}/g, 'x'),
      })
      expect(answer.json(), `${method} ${path}`).toMatchObject({ status: 401, code: 'not_signed_in' })
    }
  })

  it('is open to anybody only if it stands in this list', () => {
    const open = operations.filter(({ operation }) => operation.security?.length === 0)
    expect(open.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([
      'delete /forward-auth',
      'get /api/setup',
      'get /forward-auth',
      'head /forward-auth',
      'options /forward-auth',
      'patch /forward-auth',
      'post /api/auth/sign-up/email',
      'post /api/tokens/verify',
      'post /forward-auth',
      'post /oauth/introspect',
      'put /forward-auth',
    ])
  })

  it('says in a sentence what it is for', () => {
    expect(operations.filter(({ operation }) => operation.summary === undefined)).toEqual([])
  })

  it('cannot be registered without saying who may call it', async () => {
    const app = fastify() as App
    registerAuth(app, gateway.identity, gateway.botKeys)
    const careless = {
      method: 'GET',
      url: '/api/secrets',
      handler: async () => 'all of them',
    } satisfies RouteOptions
    expect(() => app.route(careless)).toThrow('GET /api/secrets does not say who may call it.')
  })
})

describe('the description of the API', () => {
  it('is OpenAPI 3.1 with named schemas, each reference resolved', async () => {
    const answer = await gateway.app.inject({ url: '/openapi.json' })
    const document = answer.json<{ openapi: string; components: { schemas: Record<string, unknown> } }>()
    expect(document.openapi).toBe('3.1.0')
    expect(Object.keys(document.components.schemas)).toEqual(
      expect.arrayContaining(['Me', 'Problem', 'Workspace']),
    )
    for (const [, name] of answer.body.matchAll(/"#\/components\/schemas\/(\w+)"/g))
      expect(document.components.schemas).toHaveProperty(String(name))
  })

  it('is readable by people, without anything from elsewhere', async () => {
    const page = await gateway.app.inject({ url: '/docs' })
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(page.body).toContain('GET /api/workspaces/{id}/members')
    expect(page.body).not.toMatch(/<script|src=|https?:/)
  })
})
