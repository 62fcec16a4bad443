import http from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Received {
  path: string | undefined
  headers: Record<string, string>
  body: string
}

export interface Answer {
  status: number
  headers?: Record<string, string>
  body?: string
}

/** An application that is told of events, on loopback: it keeps what it got and answers as it is told. */
export interface Receiver {
  url: string
  received: Received[]
  /** What it says next time, in this order, then 204; undefined hangs up without a word. */
  answers: (Answer | undefined)[]
  /** Takes the next request and never answers it. */
  holdNext(): void
  close(): Promise<void>
}

export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = []
  const answers: (Answer | undefined)[] = []
  let isHolding = false
  const server = http.createServer((request, response) => {
    void (async () => {
      let body = ''
      for await (const piece of request) body += String(piece)
      received.push({ path: request.url, headers: request.headers as Record<string, string>, body })
      if (isHolding) {
        isHolding = false
        return
      }
      const answer = answers.length === 0 ? { status: 204 } : answers.shift()
      if (answer === undefined) response.destroy()
      else response.writeHead(answer.status, answer.headers).end(answer.body)
    })()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/hook`,
    received,
    answers,
    holdNext: () => void (isHolding = true),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
