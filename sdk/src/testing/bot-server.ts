import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { sendStream, type Connection } from './broken-stream.ts'
import { listen } from './listen.ts'

export interface BotServer {
  url: string
  /** What was asked of it, in order; streams that were taken up have `after`. */
  calls: { call: string; key: unknown; body?: unknown; after?: number }[]
  /** The questions that began a turn, by their message_id. */
  turns: Set<string>
  /** Resolves when a program has left a stream before its end. */
  left: Promise<void>
}

/** A question that is taken (or not) and whose connection then breaks before, or hangs without, an answer. */
type Broken = 'cut before it is read' | 'cut before the headers' | 'silent'

export interface BotServerPlan {
  /** How questions go, and then well. */
  asked?: (Broken | Connection)[]
  /** How streams that are taken up go, and then well. */
  resumed?: Connection[]
  /** Answers of the other routes, by the end of their path; each is given once, the last again and again. */
  answers?: Record<string, { status?: number; body: unknown }[]>
}

/** A real HTTP server that speaks to one bot, and has one turn of eight events. */
export async function startBotServer(plan: BotServerPlan = {}): Promise<BotServer> {
  const { asked = [], resumed = [], answers = {} } = plan
  const left = Promise.withResolvers<undefined>()
  const seen: Omit<BotServer, 'url'> = { calls: [], turns: new Set(), left: left.promise }
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const path = (request.url ?? '').replace('/api/platform-linking', '')
    const way = path === '/chat/stream' ? asked.shift() : undefined
    if (way === 'cut before it is read') {
      request.socket.destroy()
      return
    }
    const { method = '', headers } = request
    const sent = await text(request)
    const body = sent === '' ? {} : { body: JSON.parse(sent) as unknown }
    const key = headers['x-bot-api-key']
    if (path === '/chat/turns/trn_1/stream') {
      const after = Number(headers['last-event-id'])
      seen.calls.push({ call: `${method} ${path}`, key, after })
      sendStream(response, after, 8, resumed.shift())
      return
    }
    seen.calls.push({ call: `${method} ${path}`, key, ...body })
    if (path !== '/chat/stream') {
      const list = Object.entries(answers).find(([end]) => path.endsWith(end))?.[1] ?? [{ body: {} }]
      const { status = 200, body: content } = (list.length > 1 ? list.shift() : list[0]) ?? { body: {} }
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content))
      return
    }
    const isRefused = typeof way === 'object' && 'refuse' in way
    if (!isRefused) seen.turns.add((body.body as { message_id: string }).message_id)
    if (way === 'cut before the headers') request.socket.destroy()
    if (typeof way === 'string') return
    response.once('close', () => {
      if (!response.writableFinished) left.resolve(undefined)
    })
    sendStream(response, 0, 8, way)
  }
  const server = createServer((request, response) => void answer(request, response))
  return { url: await listen(server), ...seen }
}
