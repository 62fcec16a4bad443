import { createServer, request as ask, type IncomingMessage, type ServerResponse } from 'node:http'
import { listenOnLoopback, stopServer } from '../channels/testing/loopback.ts'

/** One request as it went over the wire, and what came back. */
export interface Exchange {
  method: string
  path: string
  authorization: string | undefined
  body: string
  status: number
  answer: string
}

/** Stands before a server on loopback, passes everything on, and writes it down. */
export interface Wire {
  url: string
  readonly exchanges: readonly Exchange[]
  stop(): Promise<void>
}

export async function tapWire(target: string): Promise<Wire> {
  const exchanges: Exchange[] = []
  const server = createServer((incoming, outgoing) => void passOn(target, incoming, outgoing, exchanges))
  const url = await listenOnLoopback(server, 0)
  return { url, exchanges, stop: () => stopServer(server) }
}

async function passOn(
  target: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  exchanges: Exchange[],
): Promise<void> {
  const { method = '', url: path = '/', headers } = incoming
  const body = await contentOf(incoming)
  const onwards = ask(new URL(path, target), { method, headers })
  onwards.on('error', () => outgoing.destroy())
  onwards.on('response', (response) => {
    void contentOf(response).then((content) => {
      const { statusCode: status = 502 } = response
      const { authorization } = headers
      const [sent, answer] = [body.toString(), content.toString()]
      exchanges.push({ method, path, authorization, body: sent, status, answer })
      outgoing.writeHead(status, response.headers).end(content)
    })
  })
  onwards.end(body)
}

async function contentOf(message: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of message as AsyncIterable<Buffer>) pieces.push(piece)
  return Buffer.concat(pieces)
}
