import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { Type, type Static } from 'typebox'
import { Check } from 'typebox/value'
import { NoSuchThing, type Deed, type Town } from './town.ts'

const closed = { additionalProperties: false } as const
const place = { channel: Type.String(), room: Type.String(), person: Type.String() }
const DeedBody = Type.Union([
  Type.Object(
    { do: Type.Literal('write'), ...place, text: Type.String(), aside: Type.Optional(Type.Boolean()) },
    closed,
  ),
  Type.Object(
    {
      do: Type.Literal('send_file'),
      ...place,
      file: Type.Object({ name: Type.String(), mediaType: Type.String(), base64: Type.String() }, closed),
    },
    closed,
  ),
  Type.Object({ do: Type.Literal('press'), ...place, message: Type.String(), label: Type.String() }, closed),
  Type.Object(
    { do: Type.Literal('add_person'), channel: Type.String(), name: Type.String({ minLength: 1 }) },
    closed,
  ),
  Type.Object(
    { do: Type.Literal('add_group'), channel: Type.String(), title: Type.String({ minLength: 1 }) },
    closed,
  ),
  Type.Object({ do: Type.Literal('break'), channel: Type.String(), fault: Type.String() }, closed),
])

const maxBodyBytes = 32 * 1024 * 1024

/** The page of the simulators, on loopback only: it looks by GET /view and acts by POST /deeds. */
export async function serveTown(town: Town, port: number): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    answer(town, request, response).catch((error: unknown) => {
      const status = error instanceof NoSuchThing ? 404 : 500
      send(response, status, 'application/json', JSON.stringify({ detail: sentenceOf(error) }))
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

async function answer(town: Town, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { status, type = 'application/json', body } = await replyTo(town, request)
  send(response, status, type, body)
}

interface Reply {
  status: number
  type?: string
  body: string
}

async function replyTo(town: Town, request: IncomingMessage): Promise<Reply> {
  const { method, url, headers } = request
  // A page of another site must not act here.
  if (headers.origin !== undefined && headers.origin !== `http://${headers.host ?? ''}`)
    return refuse(403, 'This page is for its own origin.')
  switch (`${method} ${url}`) {
    case 'GET /': {
      const page = await readFile(join(import.meta.dirname, 'page.html'), 'utf8')
      return { status: 200, type: 'text/html; charset=utf-8', body: page }
    }
    case 'GET /view':
      return { status: 200, body: JSON.stringify(town.view()) }
    case 'POST /deeds': {
      const body: unknown = await readJson(request)
      if (!Check(DeedBody, body)) return refuse(422, 'That is no deed that can be done here.')
      town.perform(deedOf(body))
      return { status: 204, body: '' }
    }
    default:
      return refuse(404, 'There is nothing here.')
  }
}

function refuse(status: number, detail: string): Reply {
  return { status, body: JSON.stringify({ detail }) }
}

function deedOf(body: Static<typeof DeedBody>): Deed {
  if (body.do !== 'send_file') return body
  const { name, mediaType, base64 } = body.file
  return { ...body, file: { name, mediaType, bytes: Buffer.from(base64, 'base64') } }
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > maxBodyBytes) return undefined
    chunks.push(chunk)
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown
  } catch {
    return undefined
  }
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body)
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : 'It failed.'
}
