import { createServer, type Server } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { WebSocketServer, type WebSocket } from 'ws'
import type { BotAccount } from './bot.ts'
import { commands, sendingCommands } from './commands.ts'
import { Refusal, refusals } from './refusal.ts'

const slowMs = 2000

interface Command {
  cmd: string
  headers: { req_id: string }
  body?: Record<string, unknown>
}

/** The platform's WebSocket, and the store of files, on one port. */
export function createPlatformServer(bots: ReadonlySet<BotAccount>): Server {
  const server = createServer((request, response) => {
    const name = (request.url ?? '').replace('/files/', '')
    const file = [...bots].map(({ files }) => files.get(name)).find((one) => one !== undefined)
    if (file === undefined) response.writeHead(404).end()
    else response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(file)
  })
  const sockets = new WebSocketServer({ noServer: true })
  server.on('upgrade', (request, socket, head) => {
    if ([...bots].some(({ faults }) => faults.takeConnection())) socket.destroy()
    else sockets.handleUpgrade(request, socket, head, (opened) => serve(bots, opened))
  })
  return server
}

function serve(bots: ReadonlySet<BotAccount>, socket: WebSocket): void {
  let bot: BotAccount | undefined
  socket.on('error', () => socket.terminate())
  socket.on('close', () => {
    if (bot?.connection === socket) bot.connection = undefined
  })
  socket.on('message', (data: Buffer) => {
    const command = JSON.parse(data.toString()) as Command
    if (bot?.isSilent === true && bot.connection === socket) return
    if (command.cmd === 'aibot_subscribe') bot = subscribe(bots, socket, command)
    else void obey(bot, socket, command)
  })
}

function subscribe(
  bots: ReadonlySet<BotAccount>,
  socket: WebSocket,
  { headers, body = {} }: Command,
): BotAccount | undefined {
  const bot = [...bots].find(
    ({ botId, secret, faults }) => botId === body['bot_id'] && secret === body['secret'] && !faults.isRevoked,
  )
  if (bot === undefined) {
    answer(socket, headers, refusals.secret())
    return undefined
  }
  bot.take(socket)
  answer(socket, headers, {})
  return bot
}

async function obey(
  bot: BotAccount | undefined,
  socket: WebSocket,
  { cmd, headers, body = {} }: Command,
): Promise<void> {
  try {
    if (bot?.connection !== socket) throw refusals.unsubscribed()
    const command = commands[cmd]
    if (command === undefined) throw refusals.parameter('cmd')
    const fault = sendingCommands.test(cmd) ? bot.faults.takeSend() : undefined
    if (fault === 'rate_limit') throw refusals.tooOften()
    if (fault === 'slow') await wait(slowMs)
    const result = fault === 'drop_before' ? {} : command(bot, body, headers.req_id)
    if (fault === 'drop_before' || fault === 'drop_after') socket.terminate()
    else answer(socket, headers, result)
  } catch (error) {
    answer(socket, headers, error instanceof Refusal ? error : new Refusal(-1, String(error)))
  }
}

function answer(socket: WebSocket, headers: Command['headers'], result: object): void {
  const outcome =
    result instanceof Refusal
      ? { errcode: result.errcode, errmsg: result.message }
      : { errcode: 0, errmsg: 'ok', body: result }
  socket.send(JSON.stringify({ headers, ...outcome }))
}
