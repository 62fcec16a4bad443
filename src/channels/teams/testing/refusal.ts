/** An error as the Bot Connector writes it. */
export class ConnectorRefusal extends Error {
  readonly status: number
  readonly body: unknown
  readonly headers: Record<string, string>

  constructor(status: number, code: string, message: string, headers: Record<string, string> = {}) {
    super(message)
    this.status = status
    this.headers = headers
    this.body = { error: { code, message } }
  }
}

export function streamRefused(message: string): ConnectorRefusal {
  return new ConnectorRefusal(403, 'ContentStreamNotAllowed', message)
}
