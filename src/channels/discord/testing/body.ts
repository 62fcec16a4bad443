import type { IncomingMessage } from 'node:http'
import { refusals } from './refusal.ts'

/** The body of a call, as JSON or as a form with files. */
export interface Body {
  fields: Record<string, unknown>
  /** For bodies that are lists. */
  list: Record<string, unknown>[]
  files: { name: string; mediaType: string; bytes: Uint8Array }[]
}

/** https://docs.discord.com/developers/reference#uploading-files */
export async function readBody(request: IncomingMessage): Promise<Body> {
  const bytes = Buffer.concat((await request.toArray()) as Buffer[])
  const contentType = request.headers['content-type'] ?? ''
  if (bytes.length === 0) return { fields: {}, list: [], files: [] }
  if (contentType.startsWith('application/json')) return { ...parsed(bytes.toString()), files: [] }
  // Only our own tests send here.
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  const form = await new Response(bytes, { headers: { 'content-type': contentType } }).formData()
  const payload = form.get('payload_json')
  const files: Body['files'] = []
  for (const [key, value] of form) {
    if (typeof value === 'string' || !/^files\[\d\]$/.test(key)) continue
    files.push({ name: value.name, mediaType: value.type, bytes: await value.bytes() })
  }
  return { ...parsed(typeof payload === 'string' ? payload : '{}'), files }
}

function parsed(text: string): Pick<Body, 'fields' | 'list'> {
  try {
    const value = JSON.parse(text) as Record<string, unknown> | Record<string, unknown>[]
    return Array.isArray(value) ? { fields: {}, list: value } : { fields: value, list: [] }
  } catch {
    throw refusals.form('_', 'JSON', 'The request body contains invalid JSON.')
  }
}
