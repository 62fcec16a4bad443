import { afterAll, beforeAll, expect, it } from 'vitest'
import { BotService } from './bot-service.ts'
import { createWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
  // Without a key of any bot service their routes would answer that there is none.
  await BotService.create(world.url, await world.person('Ada'))
})
afterAll(() => world.stop())

interface ApiDocument {
  paths: Record<string, Record<string, { tags?: string[] }>>
}

/** What anybody may ask: the first screen, health, and the documents. */
const open = new Set([
  'get /api/setup',
  'post /api/auth/sign-up/email',
  'get /healthz',
  'get /readyz',
  'get /metrics',
  'get /openapi.json',
  'get /docs',
  // These prove themselves by a signature instead.
  'get /api/files/{id}',
  'get /webhooks/{channel}/{botId}',
  'post /webhooks/{channel}/{botId}',
])

it('by no route of the API but those of the first screen', async () => {
  const document = (await (await fetch(new URL('/openapi.json', world.url))).json()) as ApiDocument
  const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({ method, path })),
  )
  expect(routes.length).toBeGreaterThan(25)
  const answers = await Promise.all(
    routes
      .filter(({ method, path }) => !open.has(`${method} ${path}`))
      .map(async ({ method, path }) => {
        const address = new URL(path.replaceAll(/\{\w+\}/g, 'x'), world.url)
        const hasBody = ['post', 'put', 'patch'].includes(method)
        const body = hasBody ? { body: '{}', headers: { 'content-type': 'application/json' } } : {}
        const { status } = await fetch(address, { method: method.toUpperCase(), ...body })
        return `${method} ${path}: ${status}`
      }),
  )
  expect(answers.filter((answer) => !answer.endsWith(': 401'))).toEqual([])
})
