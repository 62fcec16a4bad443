/** An error as the Graph API writes it. */
export class GraphRefusal extends Error {
  readonly status: number
  readonly body: unknown

  constructor(status: number, code: number, message: string, data?: { details: string }) {
    super(message)
    this.status = status
    this.body = {
      error: {
        message: `(#${code}) ${message}`,
        type: 'OAuthException',
        code,
        ...(data && { error_data: { messaging_product: 'whatsapp', ...data } }),
        fbtrace_id: 'AsimulatedTrace',
      },
    }
  }
}

export function invalidParameter(name: string): GraphRefusal {
  return new GraphRefusal(400, 100, `Invalid parameter: ${name}`)
}
