/** An answer that says no, worded as DingTalk words it. */
export class Refusal extends Error {
  readonly status: number
  readonly code: string

  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }

  toJSON(): object {
    return { code: this.code, requestid: 'A0C5D3E4-0001', message: this.message }
  }
}

export const refusals = {
  credentials: () => new Refusal(400, 'invalidClientIdOrSecret', 'The client id or secret is wrong'),
  gateway: () => new Refusal(401, 'authFailed', 'Authentication failed'),
  token: () => new Refusal(401, 'InvalidAuthentication', 'The access token is not valid'),
  qps: () => new Refusal(403, 'Forbidden.AccessDenied.QpsLimitForApi', 'Too many requests in this second'),
  conversation: () => new Refusal(400, 'invalidParameter.openConversationId', 'No such conversation'),
  robot: () => new Refusal(400, 'invalidParameter.robotCode', 'The robot does not exist'),
  card: () => new Refusal(400, 'param.cardNotExist', 'No card has this id'),
  template: () => new Refusal(400, 'param.templateNotExist', 'The template does not exist'),
  parameter: (name: string) => new Refusal(400, `MissingParameter.${name}`, `${name} is missing or wrong`),
} as const
