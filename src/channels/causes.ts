/**
 * What an error and its causes say, in one line: their other members could hold the request. The messages can hold
 * secrets, too: those go first, then the line is cut, so that no part of one is left.
 */
export function messagesIn(error: unknown): string {
  const messages: string[] = []
  for (let at = error; at instanceof Error && messages.length < 5; at = at.cause) {
    const code = 'code' in at && typeof at.code === 'string' ? `${at.code} ` : ''
    messages.push(code + at.message)
  }
  return messages.join(': ')
}
