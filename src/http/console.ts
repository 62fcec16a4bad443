import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { httpErrors } from './errors.ts'
import type { App } from './types.ts'

const notBuilt = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Portico</title>
<h1>Portico is running</h1>
<p>Its console has not been built yet. Run <code>npm run build</code> and load this page again.</p>
<p>The API answers meanwhile: see <a href="/docs">its description</a>.</p></html>`

/**
 * Serves the built console from `directory`: its files, and its page for every other address that a browser
 * asks for, because the console does its own routing. Hashed files below /assets never change.
 */
export async function registerConsole(app: App, directory: string): Promise<void> {
  await app.register(fastifyStatic, { root: directory, serve: false, index: false, cacheControl: false })
  const isBuilt = () => existsSync(join(directory, 'index.html'))

  const sendPage = (reply: FastifyReply) => {
    reply.header('cache-control', 'no-cache')
    return isBuilt() ? reply.sendFile('index.html') : reply.type('text/html; charset=utf-8').send(notBuilt)
  }
  const open = { config: { access: 'public' }, schema: { hide: true } } as const
  app.get('/', open, async (_request, reply) => sendPage(reply))
  app.get('/assets/*', open, async (request, reply) =>
    reply.sendFile(pathOf(request), { cacheControl: true, maxAge: '365d', immutable: true }),
  )
  app.get('/*', open, async (request, reply) => {
    if (belongsToApi(request.url)) {
      reply.callNotFound()
      return reply
    }
    const path = pathOf(request)
    if (/^[\w-]+\.\w+$/.test(path) && existsSync(join(directory, path))) return reply.sendFile(path)
    if (!wantsPage(request)) throw httpErrors.route_not_found()
    return sendPage(reply)
  })
}

/** Relative to the root, without the query. */
function pathOf(request: FastifyRequest): string {
  return request.url.slice(1).replace(/\?.*$/, '')
}

function belongsToApi(url: string): boolean {
  return /^\/(api|external-api|proxy|mcp|oauth)(\/|$)/.test(url)
}

function wantsPage(request: FastifyRequest): boolean {
  return request.headers.accept?.includes('text/html') === true
}
