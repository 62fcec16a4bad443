/** An answer with HTTP 200 that says no. */
export class Refusal extends Error {
  readonly answer: Readonly<Record<string, unknown>>

  constructor(code: number, errmsg: string) {
    super(errmsg)
    this.answer = { ret: code, errcode: code, errmsg }
  }
}
