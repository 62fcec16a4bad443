/**
 * The callers of bench/chat-proxy.ts, as a process of their own: told over IPC what to ask and how many at once,
 * they answer with when each first word and each end came.
 */
import { once } from 'node:events'
import { Agent, request, type IncomingMessage } from 'node:http'

export interface ChatOrder {
  url: string
  headers: Record<string, string>
  body: string
  /** What a piece of the answer looks like on the wire. */
  word: string
  /** What must have come at the end. */
  end: string
  answers: number
  atOnce: number
}

export interface ChatReport {
  /** Milliseconds from the request to the first word, of each answer. */
  firstWords: number[]
  /** Milliseconds from the first request to the last end. */
  ms: number
}

const agent = new Agent({ keepAlive: true, maxSockets: 1000 })

process.on('message', (order: ChatOrder) => {
  void run(order).then((report) => process.send?.(report))
})

async function run(order: ChatOrder): Promise<ChatReport> {
  const startedAt = performance.now()
  const firstWords: number[] = []
  const caller = async () => {
    while (firstWords.length + asking < order.answers) {
      asking++
      const first = await ask(order)
      asking--
      firstWords.push(first)
    }
  }
  let asking = 0
  await Promise.all(Array.from({ length: order.atOnce }, caller))
  return { firstWords, ms: performance.now() - startedAt }
}

async function ask({ url, headers, body, word, end }: ChatOrder): Promise<number> {
  const startedAt = performance.now()
  const asked = request(url, { method: 'POST', agent, headers })
  asked.end(body)
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  let first: number | undefined
  let text = ''
  for await (const chunk of response.setEncoding('utf8') as AsyncIterable<string>) {
    text += chunk
    if (first === undefined && text.includes(word)) first = performance.now() - startedAt
  }
  if (first === undefined || !text.includes(end))
    throw new Error(`The answer was ${response.statusCode ?? 0}: ${text.slice(0, 500)}`)
  return first
}
