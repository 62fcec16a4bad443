import swagger from '@fastify/swagger'
import type { FastifyContextConfig, FastifySchema } from 'fastify'
import { Problem } from './schemas.ts'
import { renderReference } from './reference-page.ts'
import type { App } from './types.ts'

/** GET /openapi.json (OpenAPI 3.1) and GET /docs, the same for people. Register it before the routes. */
export async function registerOpenapi(app: App, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Portico', version, description: 'The front door of an AI agent.' },
      components: {
        securitySchemes: {
          session: { type: 'apiKey', in: 'cookie', name: 'portico.session_token' },
          bearer: { type: 'http', scheme: 'bearer' },
          apiToken: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
          botKey: { type: 'apiKey', in: 'header', name: 'X-Bot-API-Key' },
        },
      },
    },
    transform: ({ schema, url, route }) => ({ url, schema: describeAccess(schema, route.config) }),
    transformObject: (document) => ('openapiObject' in document ? nameSchemas(document.openapiObject) : {}),
  })
  const hidden = { config: { access: 'public' }, schema: { hide: true } } as const
  app.get('/openapi.json', hidden, async () => app.swagger())
  app.get('/docs', hidden, async (_request, reply) =>
    reply.type('text/html; charset=utf-8').send(renderReference(app.swagger())),
  )
}

/** Adds what the server itself answers on such a route, and which credentials it takes. */
function describeAccess(schema: FastifySchema, config: FastifyContextConfig | undefined): FastifySchema {
  const refusals = Object.fromEntries(statusesOf(config).map((status) => [status, Problem]))
  const response = { ...refusals, ...(schema.response as object | undefined) }
  return { ...schema, response, security: credentialsOf(config) }
}

function statusesOf(config: FastifyContextConfig | undefined): number[] {
  switch (config?.access) {
    case 'public':
      return [422, 429]
    case 'admin':
      return [401, 403, 422, 429]
    case 'bot':
      return [401, 403, 422, 429, 503]
    default:
      return config?.permission === undefined ? [401, 422, 429] : [401, 403, 422, 429]
  }
}

function credentialsOf(config: FastifyContextConfig | undefined): Record<string, string[]>[] {
  if (config?.access === 'public') return []
  if (config?.access === 'bot') return [{ botKey: [] }]
  const tokens = config?.permission === undefined ? [] : [{ apiToken: [] }]
  return [{ session: [] }, { bearer: [] }, ...tokens]
}

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/**
 * Moves every schema with a title to components.schemas and refers to it by that name, so that generated
 * clients have names. One title for two different schemas is refused.
 */
function nameSchemas(document: object): object {
  const named = new Map<string, Json>()
  const walk = (node: Json): Json => {
    if (Array.isArray(node)) return node.map(walk)
    if (node === null || typeof node !== 'object') return node
    const walked = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, walk(value)]))
    const { title } = walked
    if (typeof title !== 'string') return walked
    const known = named.get(title)
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(walked))
      throw new Error(`Two different schemas have the title ${title}.`)
    named.set(title, walked)
    return { $ref: `#/components/schemas/${title}` }
  }
  const { paths, ...rest } = JSON.parse(JSON.stringify(document)) as {
    paths: Json
    components?: Record<string, Json>
  }
  const namedPaths = walk(paths)
  return {
    ...rest,
    paths: namedPaths,
    components: { ...rest.components, schemas: Object.fromEntries([...named].sort()) },
  }
}
