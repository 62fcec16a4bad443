import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Person } from '../testing/person.ts'
import { createWorld, type World } from '../testing/world.ts'

/** The official client, against the whole gateway and a service on loopback. */
let service: Server
let world: World
let ada: Person
let secret: string
const seen: { method: string; url: string; authorization: string | undefined; body: string }[] = []

beforeAll(async () => {
  service = createServer((request, response) => {
    const pieces: Buffer[] = []
    request.on('data', (piece: Buffer) => pieces.push(piece))
    request.on('end', () => {
      const { method = '', url = '', headers } = request
      seen.push({ method, url, authorization: headers.authorization, body: Buffer.concat(pieces).toString() })
      if (url.startsWith('/picture'))
        return response.setHeader('content-type', 'image/png').end(Buffer.from([1, 2, 3]))
      if (url.startsWith('/long'))
        return response.setHeader('content-type', 'text/plain').end('x'.repeat(300_000))
      return response.setHeader('content-type', 'application/json').end('{"login":"ada"}')
    })
  })
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(service.address() as AddressInfo).port}`
  world = await createWorld({
    yaml: `
agents: { default: { kind: echo } }
integrations:
  allow_hosts: [127.0.0.1]
  rules: [{ methods: [POST], paths: [/notes], decision: allow }]
  providers:
    acme:
      name: Acme
      api_hosts: ["${new URL(origin).host}"]
      api_base: ${origin}
      api_key: { label: Key, inject: { header: Authorization, format: "Bearer {token}" } }
`,
  })
  ada = await world.person('Ada')
  const permissions = ['USE_INTEGRATIONS']
  secret = (await ada.post<{ token: string }>('/api/tokens', { name: 'model', permissions })).token
})
afterAll(async () => {
  await world.stop()
  service.close()
})

async function open(
  token = secret,
  capabilities: ConstructorParameters<typeof Client>[1] = {},
): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' }, capabilities)
  const requestInit = { headers: { authorization: `Bearer ${token}` } }
  await client.connect(new StreamableHTTPClientTransport(new URL('/mcp', world.url), { requestInit }))
  return client
}

async function call(
  client: Client,
  name: string,
  input: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  const { structuredContent, isError = false } = await client.callTool({ name, arguments: input })
  return { ...(structuredContent as object), isError }
}

describe('the tools of a model', () => {
  it('are three, and say what they do', async () => {
    const { tools } = await (await open()).listTools()
    expect(tools.map(({ name }) => name)).toEqual([
      'list_integrations',
      'connect_integration',
      'call_integration',
    ])
    for (const { description, inputSchema } of tools) {
      expect(description).toMatch(/\.$/)
      expect(inputSchema).toMatchObject({ type: 'object', additionalProperties: false })
    }
  })

  it('give a link for what is not connected, and use it once it is', async () => {
    const client = await open()
    expect(await call(client, 'list_integrations', { search: 'acm' })).toEqual({
      connected: [],
      available: [{ provider: 'acme', name: 'Acme' }],
      isError: false,
    })
    const asked = await call(client, 'connect_integration', { provider: 'acme' })
    expect(asked['connect_url']).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/integrations/)
    const refused = await call(client, 'call_integration', { provider: 'acme', path: '/user' })
    expect(refused['connect_url']).toBe(asked['connect_url'])
    expect(seen).toEqual([])

    await ada.post('/api/integrations/acme/credentials', {
      type: 'api_key',
      api_key: 'the-key-of-ada',
      title: 'Mine',
    })
    expect(await call(client, 'connect_integration', { provider: 'acme' })).toMatchObject({ connected: true })
    expect(await call(client, 'list_integrations', { search: 'acme' })).toMatchObject({
      connected: [{ provider: 'acme', title: 'Mine', status: 'active' }],
    })
    const answer = await call(client, 'call_integration', { provider: 'acme', path: '/user?full=1' })
    expect(answer).toMatchObject({ status: 200, body: { login: 'ada' }, isError: false })
    expect(seen.at(-1)).toEqual({
      method: 'GET',
      url: '/user?full=1',
      authorization: 'Bearer the-key-of-ada',
      body: '',
    })
  })

  it('send JSON, and ask before they write where no rule allows it', async () => {
    const client = await open()
    const note = { provider: 'acme', method: 'POST', path: '/notes', body: { text: 'hello' } }
    expect(await call(client, 'call_integration', note)).toMatchObject({ status: 200 })
    expect(seen.at(-1)).toMatchObject({ method: 'POST', url: '/notes', body: '{"text":"hello"}' })
    const before = seen.length
    const other = await call(client, 'call_integration', { ...note, path: '/orders' })
    expect(other).toMatchObject({ error: 'approval_required', isError: true })
    expect(seen).toHaveLength(before)
  })

  it('pass on no bytes that are no text, and no more than a model can read', async () => {
    const client = await open()
    expect(await call(client, 'call_integration', { provider: 'acme', path: 'picture' })).toMatchObject({
      body: null,
      detail: '3 bytes that are no text.',
    })
    const long = await call(client, 'call_integration', { provider: 'acme', path: 'long' })
    expect(long).toMatchObject({ detail: 'Cut after 262144 bytes.' })
    expect(long['body']).toHaveLength(262_144)
  })

  it('ask a client that can show links to show one', async () => {
    const shown: unknown[] = []
    const client = await open(secret, {
      capabilities: { elicitation: { url: {} } },
      versionNegotiation: { mode: 'auto' },
    })
    client.setRequestHandler('elicitation/create', ({ params }) => {
      shown.push(params)
      return { action: 'decline' }
    })
    const result = await call(client, 'connect_integration', { provider: 'github' })
    expect(result).toMatchObject({ error: 'declined', isError: true })
    expect(shown).toMatchObject([{ mode: 'url', url: expect.stringContaining('/integrations') as string }])
  })

  it('are for nobody without a token, and for no token that may not use integrations', async () => {
    const { token } = await ada.post<{ token: string }>('/api/tokens', {
      name: 'other',
      permissions: ['CHAT'],
    })
    for (const bad of [token, `${secret}x`, 'pg_x.y']) await expect(open(bad)).rejects.toThrow()
    const answer = await ada.ask('POST', '/mcp', {})
    expect(answer.status).toBe(401)
  })
})
