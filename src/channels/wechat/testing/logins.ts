import { randomBytes } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import type { WechatAccount } from './account.ts'
import { Refusal } from './refusal.ts'

/** A login code on a screen, and what a person with a phone does about it. */
export class LoginCode {
  readonly id = randomBytes(16).toString('hex')
  /** What is drawn. */
  readonly content = `https://liteapp.weixin.qq.com/q/${this.id}?bot_type=3`
  /** Tokens that whoever asked for the code has already. */
  readonly knownTokens: readonly string[]
  #status: Record<string, unknown> = { status: 'wait' }
  #number: string | undefined
  #wrongNumbers = 0
  readonly #changes = new EventEmitter()
  readonly #account: () => WechatAccount

  constructor(knownTokens: readonly string[], account: () => WechatAccount) {
    this.knownTokens = knownTokens
    this.#account = account
  }

  scan(): void {
    this.#become({ status: 'scaned' })
  }

  /** The login goes on at another host. */
  redirect(host: string): void {
    this.#become({ status: 'scaned_but_redirect', redirect_host: host })
  }

  expire(): void {
    this.#become({ status: 'expired' })
  }

  /** The phone shows a number, which whoever asked for the code has to send; the third wrong one is the last. */
  askForNumber(number: string): void {
    this.#number = number
    this.#become({ status: 'need_verifycode' })
  }

  /** The person's bot is bound already. */
  rebind(): void {
    this.#become({ status: 'binded_redirect' })
  }

  /** Confirmed on the phone. A bot that whoever asks has already is not handed out again. */
  confirm(over: Readonly<Record<string, unknown>> = {}): void {
    const { id, token } = this.#account()
    if (this.knownTokens.includes(token)) {
      this.rebind()
      return
    }
    this.#become({
      status: 'confirmed',
      bot_token: token,
      ilink_bot_id: id,
      ilink_user_id: 'owner@im.wechat',
      baseurl: 'https://ilinkai.weixin.qq.com',
      ...over,
    })
  }

  /** As `get_qrcode_status` answers: `wait` is held. */
  async read(number: string | null, holdMs: number, signal: AbortSignal): Promise<Record<string, unknown>> {
    if (this.#number !== undefined && number !== null) this.#check(number)
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(holdMs)])
    if (this.#status['status'] === 'wait')
      await once(this.#changes, 'change', { signal: deadline }).catch(() => undefined)
    return this.#status
  }

  #check(number: string): void {
    if (number === this.#number) {
      this.#number = undefined
      this.scan()
    } else if (++this.#wrongNumbers >= 3) this.#become({ status: 'verify_code_blocked' })
  }

  #become(status: Record<string, unknown>): void {
    this.#status = status
    this.#changes.emit('change')
  }
}

/** All login codes, newest last. */
export class Logins {
  readonly codes: LoginCode[] = []
  readonly #made = new EventEmitter()
  readonly #account: () => WechatAccount

  /** `account`: whom the next confirmed login gets. */
  constructor(account: () => WechatAccount) {
    this.#account = account
  }

  create(knownTokens: unknown): Record<string, unknown> {
    const tokens = Array.isArray(knownTokens) ? knownTokens.map(String) : []
    const code = new LoginCode(tokens, this.#account)
    this.codes.push(code)
    this.#made.emit('made')
    return { ret: 0, qrcode: code.id, qrcode_img_content: code.content }
  }

  find(id: string): LoginCode {
    const code = this.codes.find((one) => one.id === id)
    if (code === undefined) throw new Refusal(-1, 'no such code')
    return code
  }

  /** The code of that number, as soon as there is one. */
  async at(index: number): Promise<LoginCode> {
    while (this.codes[index] === undefined) await once(this.#made, 'made')
    return this.codes[index]
  }
}
