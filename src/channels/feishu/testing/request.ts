import type { IncomingMessage } from 'node:http'
import { fieldsOf, type Fields } from '../../../lib/json.ts'
import { textOf } from '../../lenient-shape.ts'
import { Refusal } from './refusal.ts'
import type { App, World } from './world.ts'

/** One call of the open APIs, read. */
export interface ApiCall {
  world: World
  app: App
  method: string
  path: string
  query: URLSearchParams
  json: Fields
  form: FormData | undefined
  /** What stood in the path for the names of the route. */
  ids: readonly string[]
}

export interface Route {
  method: string
  /** With a group per id. */
  path: RegExp
  answer(call: ApiCall): Fields | FileAnswer | Promise<Fields>
}

/** An answer that is a file. */
export class FileAnswer {
  readonly name: string
  readonly mediaType: string
  readonly bytes: Uint8Array

  constructor(name: string, mediaType: string, bytes: Uint8Array) {
    this.name = name
    this.mediaType = mediaType
    this.bytes = bytes
  }
}

/** A path such as `/open-apis/im/v1/messages/:id/reply`. */
export function at(method: string, path: string, answer: Route['answer']): Route {
  return { method, path: new RegExp(`^${path.replace(/:id/g, '([^/]+)')}$`), answer }
}

export async function readBody(
  request: IncomingMessage,
): Promise<{ json: Fields; form: FormData | undefined }> {
  const bytes = Buffer.concat((await request.toArray()) as Buffer[])
  const type = request.headers['content-type'] ?? ''
  if (type.startsWith('multipart/')) {
    const upload = new Response(bytes, { headers: { 'content-type': type } })
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- a test server of small bodies
    return { json: {}, form: await upload.formData() }
  }
  try {
    return { json: bytes.length === 0 ? {} : fieldsOf(JSON.parse(bytes.toString())), form: undefined }
  } catch {
    throw new Refusal(9499, 'Invalid parameter value: the body is not JSON')
  }
}

export function required(json: Fields, name: string): string {
  const value = textOf(json[name])
  if (value === undefined) throw new Refusal(99992402, `field validation failed: ${name} is required`)
  return value
}
