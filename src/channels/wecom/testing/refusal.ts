/** An answer that says no, worded as WeCom words it. */
export class Refusal extends Error {
  readonly errcode: number

  constructor(errcode: number, errmsg: string) {
    super(errmsg)
    this.errcode = errcode
  }
}

export const refusals = {
  secret: () => new Refusal(853000, 'invalid bot_id or secret'),
  unsubscribed: () => new Refusal(846609, 'aibot websocket not subscribed'),
  reqId: () => new Refusal(846605, 'invalid req_id'),
  expired: () => new Refusal(846608, 'stream message update expired'),
  tooOften: () => new Refusal(846607, 'aibot send msg frequency limit exceeded'),
  chat: () => new Refusal(93006, 'invalid chatid'),
  parameter: (name: string) => new Refusal(40058, `invalid Request Parameter, ${name}`),
} as const
