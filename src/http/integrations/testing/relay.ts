import { createServer, request as ask, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Stands before a provider: passes on what comes, and is silent or slow when told so. */
export interface Relay {
  url: string
  /** How many requests came for a path. */
  countOf(path: string): number
  /** Breaks the next connections for a path before anything reaches the provider. */
  breakOff(path: string, times: number): void
  /** Holds what comes for a path until the returned function is called. */
  hold(path: string): () => void
  stop(): Promise<void>
}

export async function startRelay(target: string): Promise<Relay> {
  const counts = new Map<string, number>()
  const broken = new Map<string, number>()
  const held = new Map<string, Promise<undefined>>()
  const server = createServer((incoming, outgoing) => {
    const path = incoming.url?.replace(/\?.*$/, '') ?? ''
    counts.set(path, (counts.get(path) ?? 0) + 1)
    const left = broken.get(path) ?? 0
    broken.set(path, left - 1)
    if (left > 0) incoming.socket.destroy()
    else void (held.get(path) ?? Promise.resolve(undefined)).then(() => passOn(target, incoming, outgoing))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    countOf: (path) => counts.get(path) ?? 0,
    breakOff: (path, times) => void broken.set(path, times),
    hold(path) {
      const { promise, resolve } = Promise.withResolvers<undefined>()
      held.set(path, promise)
      return () => {
        held.delete(path)
        resolve(undefined)
      }
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function passOn(target: string, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const url = new URL(incoming.url ?? '/', target)
  const { method } = incoming
  const headers = { ...incoming.headers, host: url.host }
  const onwards = ask(url, { method, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(outgoing)
  })
  onwards.on('error', () => outgoing.destroy())
  incoming.pipe(onwards)
}
