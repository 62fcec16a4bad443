import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { WebSocketServer } from 'ws'
import type { BotAccount } from './bot.ts'
import { calls, openCalls, sendingPaths } from './methods.ts'
import { Refusal, refusals } from './refusal.ts'

const slowMs = 2000

/** The platform's HTTP API and its stream, on one port. */
export function createPlatformServer(bots: ReadonlySet<BotAccount>, url: () => string): Server {
  const server = createServer((request, response) => {
    answer(bots, url(), request, response).catch((error: unknown) => {
      const refusal = error instanceof Refusal ? error : new Refusal(500, 'ServerError', String(error))
      reply(response, refusal.status, refusal)
    })
  })
  // Pongs are sent by hand, so that a connection can fall silent.
  const sockets = new WebSocketServer({ noServer: true, autoPong: false })
  server.on('upgrade', (request, socket, head) => {
    const ticket = new URL(request.url ?? '/', 'http://localhost').searchParams.get('ticket') ?? ''
    const bot = [...bots].find(({ tickets }) => tickets.delete(ticket))
    if (bot === undefined || bot.faults.takeConnection()) {
      socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
      return
    }
    sockets.handleUpgrade(request, socket, head, (opened) => bot.stream.connect(opened))
  })
  return server
}

async function answer(
  bots: ReadonlySet<BotAccount>,
  url: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', url)
  if (pathname.startsWith('/files/')) {
    giveFile(bots, decodeURIComponent(pathname.slice(7)), response)
    return
  }
  const raw = Buffer.concat((await request.toArray()) as Buffer[])
  if (pathname === '/media/upload') {
    const bot = byToken(bots, searchParams.get('access_token'))
    reply(response, 200, bot === undefined ? oldRefusal : takeUpload(bot, request, raw))
    return
  }
  const name = `${request.method} ${pathname}`
  const body = JSON.parse(raw.toString()) as Record<string, unknown>
  const open = openCalls(bots, `${url.replace('http', 'ws')}/connect`)[name]
  if (open !== undefined) {
    reply(response, 200, open(body))
    return
  }
  const bot = byToken(bots, request.headers['x-acs-dingtalk-access-token'])
  if (bot === undefined) throw refusals.token()
  const call = calls[name]
  if (call === undefined) throw new Refusal(404, 'InvalidAction.NotFound', `no ${name}`)
  const fault = sendingPaths.test(pathname) ? bot.faults.takeSend() : undefined
  if (fault === 'rate_limit') throw refusals.qps()
  if (fault === 'drop_before') return void request.socket.destroy()
  if (fault === 'slow') await wait(slowMs)
  const result = call(bot, body, url)
  if (fault === 'drop_after') return void request.socket.destroy()
  reply(response, 200, result)
}

const oldRefusal = { errcode: 40014, errmsg: 'the access_token is not valid' }

function byToken(bots: ReadonlySet<BotAccount>, token: unknown): BotAccount | undefined {
  return [...bots].find((bot) => typeof token === 'string' && bot.tokens.has(token))
}

/** The one part of a multipart body (RFC 7578) that uploads have. */
function takeUpload(bot: BotAccount, request: IncomingMessage, raw: Buffer): object {
  const boundary = /boundary=(\S+)/.exec(request.headers['content-type'] ?? '')?.[1]
  const text = raw.toString('latin1')
  const from = text.indexOf('\r\n\r\n')
  const to = text.lastIndexOf(`\r\n--${boundary}--`)
  if (from < 0 || to < from || !/name="media"/.test(text.slice(0, from))) {
    return { errcode: 40035, errmsg: 'no media' }
  }
  const head = raw.subarray(0, from).toString()
  const name = /filename="([^"]*)"/.exec(head)?.[1] ?? ''
  const mediaType = /content-type: *(\S+)/i.exec(head)?.[1] ?? 'application/octet-stream'
  const mediaId = `@${randomBytes(9).toString('base64url')}`
  bot.uploads.set(mediaId, { name, mediaType, bytes: new Uint8Array(raw.subarray(from + 4, to)) })
  return { errcode: 0, errmsg: 'ok', media_id: mediaId, type: 'file', created_at: Date.now() }
}

function giveFile(bots: ReadonlySet<BotAccount>, code: string, response: ServerResponse): void {
  const file = [...bots].map(({ downloads }) => downloads.get(code)).find((one) => one !== undefined)
  if (file === undefined) return void response.writeHead(404).end()
  response.writeHead(200, { 'content-type': file.mediaType }).end(file.bytes)
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
