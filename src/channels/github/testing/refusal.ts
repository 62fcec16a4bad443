/** An answer that says no. */
export class Refusal extends Error {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, message: string, headers: Record<string, string> = {}) {
    super(message)
    this.status = status
    this.headers = headers
  }
}

export const badCredentials = () => new Refusal(401, 'Bad credentials')
export const notFound = () => new Refusal(404, 'Not Found')
export const secondaryLimit = () =>
  new Refusal(
    403,
    'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
    {
      'retry-after': '35',
    },
  )
