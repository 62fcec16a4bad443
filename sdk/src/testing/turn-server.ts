import { createServer } from 'node:http'
import { sendStream, type Connection } from './broken-stream.ts'
import { listen } from './listen.ts'

export interface TurnServer {
  url: string
  /** `Last-Event-ID` of every connection to the stream, in order. */
  resumedAfter: number[]
  /** Bodies of the turns that were started. */
  started: unknown[]
}

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
    sendStream(response, after, events, connections.shift())
  })
  return { url: await listen(server), resumedAfter, started }
}
