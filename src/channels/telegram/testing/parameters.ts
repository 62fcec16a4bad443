import type { IncomingMessage } from 'node:http'
import { badRequest } from './refusal.ts'

/** The parameters of a call, however they were sent; forms carry everything as text. */
export class Parameters {
  readonly raw: Readonly<Record<string, unknown>>

  constructor(raw: Record<string, unknown>) {
    this.raw = raw
  }

  text(name: string): string | undefined {
    const value = this.raw[name]
    return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
  }

  integer(name: string): number | undefined {
    const text = this.text(name)
    if (text === undefined || text === '') return undefined
    const number = Number(text)
    if (!Number.isSafeInteger(number)) throw badRequest(`${name} must be a number`)
    return number
  }

  flag(name: string): boolean {
    const value = this.raw[name]
    return value === true || (typeof value === 'string' && /^(true|1|yes)$/i.test(value))
  }

  object(name: string): Record<string, unknown> | undefined {
    const value = this.#structure(name)
    return typeof value === 'object' && value !== null ? { ...value } : undefined
  }

  list(name: string): unknown[] | undefined {
    const value = this.#structure(name)
    return Array.isArray(value) ? value : undefined
  }

  #structure(name: string): unknown {
    const value = this.raw[name]
    if (typeof value !== 'string') return value
    try {
      return JSON.parse(value)
    } catch {
      throw badRequest(`can't parse ${name} JSON object`)
    }
  }
}

/** Reads a query, JSON, urlencoded or multipart body. */
export async function readParameters(request: IncomingMessage, url: URL): Promise<Parameters> {
  const query = Object.fromEntries(url.searchParams)
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  const body = Buffer.concat(chunks)
  if (body.length === 0) return new Parameters(query)
  const type = request.headers['content-type'] ?? ''
  const fields = type.includes('application/json') ? readJson(body.toString()) : await readForm(body, type)
  return new Parameters({ ...query, ...fields })
}

function readJson(body: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(body)
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return { ...parsed }
  } catch {
    // Falls through to the same refusal.
  }
  throw badRequest("can't parse JSON object")
}

async function readForm(body: Buffer, type: string): Promise<Record<string, unknown>> {
  try {
    const blob = new Response(new Uint8Array(body), { headers: { 'content-type': type } })
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- a test server of small bodies
    const form = await blob.formData()
    return Object.fromEntries(form)
  } catch {
    throw badRequest("can't parse the request body")
  }
}
