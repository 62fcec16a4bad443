import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fieldsOf, jsonOf } from '../../lib/json.ts'

/** A request as the shapes look at it. */
export interface Asked {
  method: string
  path: string
  isJson: boolean
  /** Of the query. */
  query: Readonly<Record<string, string>>
  /** Of the body. */
  body: Readonly<Record<string, string>>
  /** Id and secret of Basic. */
  basic: { id: string; secret: string } | undefined
  header(name: string): string | undefined
}

export interface Said {
  status?: number
  headers?: Readonly<Record<string, string>>
  /** A text is sent as it is, anything else as JSON. */
  body: unknown
}

export interface AnsweringServer {
  url: string
  asked: Asked[]
  stop(): Promise<void>
}

/** A provider on loopback that says what a test has it say. */
export async function startAnsweringServer(answer: (asked: Asked) => Said): Promise<AnsweringServer> {
  const asked: Asked[] = []
  const server = createServer((request, response) => {
    void readRequest(request).then((question) => {
      asked.push(question)
      const { status = 200, headers = {}, body } = answer(question)
      response.writeHead(status, headers)
      response.end(typeof body === 'string' ? body : JSON.stringify(body))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function readRequest(request: IncomingMessage): Promise<Asked> {
  const url = new URL(request.url ?? '/', 'http://shapes')
  const pieces: Buffer[] = []
  for await (const piece of request as AsyncIterable<Buffer>) pieces.push(piece)
  const text = Buffer.concat(pieces).toString('utf8')
  const isJson = request.headers['content-type'] === 'application/json'
  return {
    method: request.method ?? '',
    path: url.pathname,
    isJson,
    query: Object.fromEntries(url.searchParams),
    body: isJson ? textsOf(jsonOf(text)) : Object.fromEntries(new URLSearchParams(text)),
    basic: basicIn(request.headers.authorization),
    header: (name) => request.headers[name]?.toString(),
  }
}

function textsOf(value: unknown): Record<string, string> {
  const texts = Object.entries(fieldsOf(value)).filter(
    (pair): pair is [string, string] => typeof pair[1] === 'string',
  )
  return Object.fromEntries(texts)
}

/** RFC 6749, 2.3.1. */
function basicIn(header: string | undefined): Asked['basic'] {
  const [, coded] = /^Basic (.+)$/.exec(header ?? '') ?? []
  if (coded === undefined) return undefined
  const [id = '', secret = ''] = Buffer.from(coded, 'base64').toString('utf8').split(':')
  return { id: decodeURIComponent(id), secret: decodeURIComponent(secret) }
}
