import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { createClient, logInToChannel, type ChannelLoginStep } from './client.ts'

/** A server whose logins answer `body`; without an end the connection stays open. */
async function startLoginServer(answer: { status?: number; body: string; isOpen?: boolean }) {
  const asked: string[] = []
  const closed = Promise.withResolvers<undefined>()
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    response.once('close', () => closed.resolve(undefined))
    const type = answer.status === undefined ? 'text/event-stream' : 'application/problem+json'
    response.writeHead(answer.status ?? 200, { 'content-type': type })
    if (answer.isOpen === true) response.write(answer.body)
    else response.end(answer.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { client: createClient({ baseUrl: `http://127.0.0.1:${port}` }), asked, closed: closed.promise }
}

const wait = { step: 'wait', text: 'Confirm.' }
const failed = { step: 'failed', code: 'channel_login_failed', text: 'Nobody scanned.' }
const event = (step: object) => `id: 1\ndata: ${JSON.stringify(step)}\n\n`

it('gives each step of a login', async () => {
  const { client, asked } = await startLoginServer({
    body: `${event(wait)}: \n\n${event(failed)}data: [DONE]\n\n`,
  })
  const steps: ChannelLoginStep[] = []
  for await (const step of logInToChannel(client, { provider: 'paper' })) steps.push(step)
  expect(steps).toEqual([wait, failed])
  expect(asked).toEqual(['POST /api/channels/paper/login'])
})

it('throws when it is refused, cut, or falls silent', async () => {
  const end = async (answer: Parameters<typeof startLoginServer>[0]) => {
    const { client } = await startLoginServer(answer)
    for await (const _ of logInToChannel(client, { provider: 'paper', idleMs: 50 }));
  }
  const problem = JSON.stringify({ code: 'channel_login_absent', detail: 'No.' })
  await expect(end({ status: 400, body: problem })).rejects.toMatchObject({ code: 'channel_login_absent' })
  await expect(end({ body: event(wait) })).rejects.toThrow('The login was cut.')
  await expect(end({ body: event(wait), isOpen: true })).rejects.toThrow('The server fell silent.')
})

it('ends the login when nobody looks any more', async () => {
  const { client, closed } = await startLoginServer({ body: event(wait), isOpen: true })
  for await (const step of logInToChannel(client, { provider: 'paper' })) {
    expect(step).toEqual(wait)
    break
  }
  await closed
})
