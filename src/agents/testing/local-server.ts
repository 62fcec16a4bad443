import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fieldsOf, jsonOf, type Fields } from '../../lib/json.ts'

/** What a server answers to one request. */
export interface Reply {
  status?: number
  headers?: Readonly<Record<string, string>>
  /** Each in a packet of its own, so that clients see the cuts. Ended early when the client goes away. */
  pieces?: Iterable<Piece> | AsyncIterable<Piece>
  /** `cut` resets the connection after the pieces, `hang` leaves it open; the others answer nothing at all. */
  end?: 'cut' | 'hang' | 'reset' | 'silence' | undefined
}

export type Piece = string | Uint8Array

export interface SeenRequest {
  method: string
  /** Without the query. */
  path: string
  query: URLSearchParams
  headers: IncomingMessage['headers']
  bytes: Buffer<ArrayBuffer>
  text: string
  /** The members of the JSON object that was sent; none for anything else. */
  body: Fields
  /** Resolves when the client has gone away or the answer is complete. */
  closed: Promise<void>
}

/** A local HTTP server for tests of what asks others. */
export interface LocalServer {
  /** Without a path. */
  url: string
  requests: SeenRequest[]
  stop: () => Promise<void>
}

/** What `answer` throws resets the connection. */
export async function startLocalServer(
  answer: (request: SeenRequest) => Reply | Promise<Reply>,
): Promise<LocalServer> {
  const requests: SeenRequest[] = []
  const take = async (incoming: IncomingMessage, response: ServerResponse) => {
    const request = await read(incoming, response)
    requests.push(request)
    await send(response, await answer(request))
  }
  const server = createServer((incoming, response) => {
    take(incoming, response).catch((error: unknown) => response.destroy(error as Error))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function read(incoming: IncomingMessage, response: ServerResponse): Promise<SeenRequest> {
  const closed = new Promise<void>((resolve) => response.on('close', resolve))
  const { method = '', headers } = incoming
  const { pathname: path, searchParams: query } = new URL(incoming.url ?? '', 'http://localhost')
  const pieces: Buffer[] = []
  for await (const piece of incoming) pieces.push(piece as Buffer)
  const bytes = Buffer.concat(pieces)
  const text = bytes.toString()
  return { method, path, query, headers, bytes, text, body: fieldsOf(jsonOf(text)), closed }
}

async function send(response: ServerResponse, { status = 200, headers = {}, pieces = [], end }: Reply) {
  if (end === 'reset') response.destroy()
  if (end === 'reset' || end === 'silence') return
  response.writeHead(status, headers)
  response.flushHeaders()
  for await (const piece of pieces) {
    if (response.destroyed) return
    await new Promise<void>((resolve) => response.write(piece, () => setImmediate(resolve)))
  }
  if (end === 'cut') response.destroy()
  else if (end === undefined) response.end()
}
