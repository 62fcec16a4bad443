/** A refusal of the API: https://docs.discord.com/developers/topics/opcodes-and-status-codes#json */
export class Refusal extends Error {
  readonly status: number
  readonly body: Record<string, unknown>
  readonly headers: Record<string, string>

  constructor(status: number, body: Record<string, unknown>, headers: Record<string, string> = {}) {
    super(String(body['message']))
    this.status = status
    this.body = body
    this.headers = headers
  }
}

export const refusals = {
  unauthorized: () => new Refusal(401, { message: '401: Unauthorized', code: 0 }),
  unknownRoute: () => new Refusal(404, { message: '404: Not Found', code: 0 }),
  unknownChannel: () => new Refusal(404, { message: 'Unknown Channel', code: 10003 }),
  unknownMember: () => new Refusal(404, { message: 'Unknown Member', code: 10007 }),
  unknownMessage: () => new Refusal(404, { message: 'Unknown Message', code: 10008 }),
  unknownInteraction: () => new Refusal(404, { message: 'Unknown interaction', code: 10062 }),
  missingAccess: () => new Refusal(403, { message: 'Missing Access', code: 50001 }),
  notTheAuthor: () =>
    new Refusal(403, { message: 'Cannot edit a message authored by another user', code: 50005 }),
  emptyMessage: () => new Refusal(400, { message: 'Cannot send an empty message', code: 50006 }),
  acknowledged: () =>
    new Refusal(400, { message: 'Interaction has already been acknowledged.', code: 40060 }),
  form: (field: string, code: string, message: string) =>
    new Refusal(400, {
      message: 'Invalid Form Body',
      code: 50035,
      errors: { [field]: { _errors: [{ code, message }] } },
    }),
  tooMany: (retryAfter: number) =>
    new Refusal(
      429,
      { message: 'You are being rate limited.', retry_after: retryAfter, global: false },
      { 'retry-after': String(Math.ceil(retryAfter)), 'x-ratelimit-scope': 'user' },
    ),
}
