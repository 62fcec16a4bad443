import { createServer, type IncomingMessage } from 'node:http'
import type { CanReceiveWebhooks, Inbox, WebhookRequest } from '../channel.ts'
import { listenOnLoopback, stopServer } from './loopback.ts'

/** An address that a platform can call, for tests of one channel: judges, commits to the inbox, answers. */
export async function listenForWebhooks(
  channel: CanReceiveWebhooks,
  inbox: Pick<Inbox, 'accept'>,
): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    void answer(channel, inbox, request).then(({ status, contentType = 'text/plain', body = '' }) => {
      response.writeHead(status, { 'content-type': contentType }).end(body)
    })
  })
  const origin = await listenOnLoopback(server, 0)
  return {
    url: `${origin}/webhooks/test/bot_1`,
    close: () => stopServer(server),
  }
}

interface Reply {
  status: number
  contentType?: string
  body?: string
}

async function answer(
  channel: CanReceiveWebhooks,
  inbox: Pick<Inbox, 'accept'>,
  request: IncomingMessage,
): Promise<Reply> {
  const verdict = await channel.judgeWebhook(await read(request))
  if (verdict.kind === 'refused') return { status: verdict.status }
  if (verdict.kind === 'reply') return verdict
  try {
    await inbox.accept(verdict.batch)
  } catch {
    return { status: 500 }
  }
  return { ...verdict, status: 200 }
}

async function read(request: IncomingMessage): Promise<WebhookRequest> {
  const url = new URL(request.url ?? '/', 'http://localhost')
  const chunks = (await request.toArray()) as Buffer[]
  return {
    method: request.method === 'GET' ? 'GET' : 'POST',
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    ),
    query: Object.fromEntries(url.searchParams),
    body: Buffer.concat(chunks),
  }
}
