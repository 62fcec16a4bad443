import { randomUUID } from 'node:crypto'
import { decodeJwt, jwtVerify } from 'jose'
import { badCredentials, notFound, Refusal } from './refusal.ts'
import type { SimulatedApp, World } from './world.ts'

/** What was asked, as far as calls need it. */
export interface Call {
  method: string
  path: string
  query: URLSearchParams
  token: string
  body: unknown
  /** Where the simulator listens. */
  root: string
}

export interface Reply {
  status: number
  /** Text stays as it is. */
  body: unknown
  headers?: Record<string, string>
}

/** Calls that an app makes as itself: https://docs.github.com/en/rest/apps. Undefined for other paths. */
export async function answerApp(world: World, call: Call): Promise<Reply | undefined> {
  const { method, path } = call
  const isInstallationOf = /^\/repos\/[^/]+\/[^/]+\/installation$/.test(path)
  if (path !== '/app' && !path.startsWith('/app/') && !isInstallationOf) return undefined
  const app = await authenticate(world, call.token)
  if (isInstallationOf) return { status: 200, body: { id: app.installation, app_id: app.id } }
  if (path === '/app') {
    const { id, slug, name } = app
    const events = ['issue_comment', 'issues', 'pull_request', 'pull_request_review_comment']
    return { status: 200, body: { id, slug, name, client_id: `Iv1.${id}`, events } }
  }
  if (method === 'POST' && path === `/app/installations/${app.installation}/access_tokens`) {
    const token = `ghs_${randomUUID().replaceAll('-', '')}`
    app.tokens.add(token)
    return { status: 201, body: { token, expires_at: new Date(world.now() + 3_600_000).toISOString() } }
  }
  if (path === '/app/hook/deliveries') return listDeliveries(app, call)
  const [, id] = /^\/app\/hook\/deliveries\/(\d+)\/attempts$/.exec(path) ?? []
  if (method === 'POST' && id !== undefined) return redeliver(app, BigInt(id))
  throw notFound()
}

async function authenticate(world: World, token: string): Promise<SimulatedApp> {
  try {
    const { iss } = decodeJwt(token)
    const app = world.apps.find(({ id }) => String(id) === iss)
    if (app === undefined || app.isRevoked) throw badCredentials()
    const { payload } = await jwtVerify(token, app.key.publicKey, {
      algorithms: ['RS256'],
      currentDate: new Date(world.now()),
    })
    if ((payload.exp ?? 0) * 1000 > world.now() + 600_000) throw badCredentials()
    return app
  } catch {
    throw new Refusal(401, 'A JSON web token could not be decoded')
  }
}

function listDeliveries(app: SimulatedApp, { query, root }: Call): Reply {
  const size = Number(query.get('per_page') ?? 30)
  const before = BigInt(query.get('cursor')?.replace('v1_', '') ?? '0')
  const newestFirst = app.hook.attempts.toReversed().filter(({ id }) => before === 0n || id < before)
  const page = newestFirst.slice(0, size)
  const items = page.map(
    ({ id, guid, event, redelivery, status }) =>
      `{"id": ${id}, ${JSON.stringify({
        guid,
        delivered_at: '2026-11-21T10:00:00Z',
        redelivery,
        duration: 0.1,
        status: status === 200 ? 'OK' : 'failed to connect to host',
        status_code: status,
        event,
        action: null,
        installation_id: app.installation,
        repository_id: 5000,
      }).slice(1)}`,
  )
  const last = page.at(-1)
  const next = `<${root}/app/hook/deliveries?per_page=${size}&cursor=v1_${last?.id}>; rel="next"`
  return {
    status: 200,
    body: `[${items.join(',')}]`,
    headers: newestFirst.length > page.length ? { link: next } : {},
  }
}

function redeliver(app: SimulatedApp, id: bigint): Reply {
  const attempt = app.hook.attempts.find((one) => one.id === id)
  if (attempt === undefined) throw notFound()
  app.hook.redeliver(attempt.guid)
  return { status: 202, body: {} }
}
