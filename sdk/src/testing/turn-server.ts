import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export interface TurnServer {
  url: string
  /** `Last-Event-ID` of every connection to the stream, in order. */
  resumedAfter: number[]
  /** Bodies of the turns that were started. */
  started: unknown[]
}

/** How one connection to the stream goes. */
export type Connection =
  /** It is reset after so many bytes of what there is to send. */
  | { cutAfter: number }
  /** It ends well, but early, as when the server is being stopped. */
  | { reconnectAfter: number }
  | { refuse: number; headers?: Record<string, string> }
  /** It sends so many events and then falls silent. */
  | { hangAfter: number }

/** A real HTTP server with one turn of so many events, whose connections go as told, and then well. */
export async function startTurnServer(events: number, connections: Connection[] = []): Promise<TurnServer> {
  const resumedAfter: number[] = []
  const started: unknown[] = []
  const server = createServer((request, response) => {
    if (request.method === 'POST') {
      let body = ''
      request.on('data', (bytes) => (body += String(bytes)))
      request.on('end', () => {
        started.push(JSON.parse(body))
        response.writeHead(202, { 'content-type': 'application/json' }).end('{"turn_id":"trn_1"}')
      })
      return
    }
    const after = Number(request.headers['last-event-id'] ?? 0)
    resumedAfter.push(after)
    send(response, after, events, connections.shift())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, resumedAfter, started }
}

function send(response: ServerResponse, after: number, events: number, connection: Connection | undefined) {
  if (connection !== undefined && 'refuse' in connection) {
    const problem = {
      code: 'refused_here',
      detail: 'Not today.',
      request_id: 'req_1',
      status: connection.refuse,
    }
    response
      .writeHead(connection.refuse, { 'content-type': 'application/problem+json', ...connection.headers })
      .end(JSON.stringify(problem))
    return
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  const all = Array.from({ length: events }, (_, index) => eventText(index + 1)).slice(after)
  if (connection === undefined) response.end(`${all.join('')}data: [DONE]\n\n`)
  else if ('reconnectAfter' in connection)
    response.end(`${all.slice(0, connection.reconnectAfter).join('')}event: reconnect\ndata: {}\n\n`)
  else if ('hangAfter' in connection) response.write(`${all.slice(0, connection.hangAfter).join('')}: \n`)
  else {
    const bytes = Buffer.from(`${all.join('')}data: [DONE]\n\n`).subarray(0, connection.cutAfter)
    response.write(bytes, () => setImmediate(() => response.destroy()))
  }
}

function eventText(seq: number): string {
  return `id: ${seq}\ndata: ${JSON.stringify({ type: 'text-delta', id: 't', delta: `é${seq} ` })}\n\n: comment\n\n`
}
