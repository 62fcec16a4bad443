import { Refusal } from './refusal.ts'

/** The parameters of a call, sent as JSON or as a form, in which lists are JSON texts. */
export class Parameters {
  readonly raw: Readonly<Record<string, unknown>>

  constructor(raw: Record<string, unknown>) {
    this.raw = raw
  }

  text(name: string): string | undefined {
    const value = this.raw[name]
    if (value === undefined) return undefined
    if (typeof value !== 'string' && typeof value !== 'number') throw new Refusal('invalid_arguments')
    return String(value)
  }

  required(name: string, refusal = 'invalid_arguments'): string {
    const value = this.text(name)
    if (value === undefined || value === '') throw new Refusal(refusal)
    return value
  }

  list(name: string, refusal: string): unknown[] | undefined {
    const value = this.raw[name]
    if (value === undefined) return undefined
    const list: unknown = typeof value === 'string' ? parse(value, refusal) : value
    if (!Array.isArray(list)) throw new Refusal(refusal)
    return list as unknown[]
  }
}

export function readParameters(body: Buffer, contentType: string): Parameters {
  if (contentType.includes('application/json')) {
    const parsed = parse(body.toString(), 'invalid_json')
    return new Parameters({ ...(parsed as Record<string, unknown>) })
  }
  return new Parameters(Object.fromEntries(new URLSearchParams(body.toString())))
}

function parse(text: string, refusal: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Refusal(refusal)
  }
}
