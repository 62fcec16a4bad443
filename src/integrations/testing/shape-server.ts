import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fieldsOf, jsonOf } from '../../lib/json.ts'
import { shapes, type Asked, type Shape, type ShapeName } from './shapes.ts'

export interface ShapeServer {
  /** Where a shape's endpoints are. */
  urlOf(shape: ShapeName): string
  asked: readonly Asked[]
  stop(): Promise<void>
}

/** Speaks the dialects of providers that differ from the standard, each under its own path. */
export async function startShapeServer(): Promise<ShapeServer> {
  const asked: Asked[] = []
  const server = createServer((request, response) => {
    void readRequest(request).then((question) => {
      asked.push(question)
      const [, name = '', ...rest] = question.path.split('/')
      const shape: Shape = shapes[name as ShapeName]
      const { status = 200, headers = {}, body } = shape.answer({ ...question, path: rest.join('/') })
      response.writeHead(status, headers)
      response.end(typeof body === 'string' ? body : JSON.stringify(body))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    urlOf: (shape) => `http://127.0.0.1:${port}/${shape}`,
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
