/** An answer with `ok: false`. */
export class Refusal extends Error {
  readonly code: string
  readonly needed: string | undefined

  constructor(code: string, needed?: string) {
    super(code)
    this.code = code
    this.needed = needed
  }

  toJSON(): Record<string, unknown> {
    return {
      ok: false,
      error: this.code,
      ...(this.needed === undefined ? {} : { needed: this.needed, provided: 'chat:write' }),
    }
  }
}
