import type { ServerResponse } from 'node:http'

/** How one connection to the stream goes. */
export type Connection =
  /** It is reset after so many bytes of what there is to send. */
  | { cutAfter: number }
  /** It ends well, but early, as when the server is being stopped. */
  | { reconnectAfter: number }
  | { refuse: number; headers?: Record<string, string> }
  /** It sends so many events and then falls silent. */
  | { hangAfter: number }

/** Answers with a turn of so many events, after one of them, as the connection goes; undefined: well. */
export function sendStream(
  response: ServerResponse,
  after: number,
  events: number,
  connection: Connection | undefined,
): void {
  if (connection !== undefined && 'refuse' in connection) {
    const problem = {
      code: 'refused_here',
      detail: 'Not today.',
      request_id: 'req_1',
      status: connection.refuse,
    }
    response
      .writeHead(connection.refuse, { 'content-type': 'application/problem+json', ...connection.headers })
      .end(JSON.stringify(problem))
    return
  }
  response.writeHead(200, { 'content-type': 'text/event-stream', ...turnHeaders })
  const all = Array.from({ length: events }, (_, index) => eventText(index + 1)).slice(after)
  if (connection === undefined) response.end(`${all.join('')}data: [DONE]\n\n`)
  else if ('reconnectAfter' in connection)
    response.end(`${all.slice(0, connection.reconnectAfter).join('')}event: reconnect\ndata: {}\n\n`)
  else if ('hangAfter' in connection) response.write(`${all.slice(0, connection.hangAfter).join('')}: \n`)
  else {
    const bytes = Buffer.from(`${all.join('')}data: [DONE]\n\n`).subarray(0, connection.cutAfter)
    response.write(bytes, () => setImmediate(() => response.destroy()))
  }
}

const turnHeaders = { 'x-session-id': 'cnv_1', 'x-turn-id': 'trn_1' }

function eventText(seq: number): string {
  return `id: ${seq}\ndata: ${JSON.stringify({ type: 'text-delta', id: 't', delta: `é${seq} ` })}\n\n: comment\n\n`
}
