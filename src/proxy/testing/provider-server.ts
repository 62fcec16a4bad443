import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface SeenRequest {
  method: string
  url: string
  headers: IncomingHttpHeaders
}

export interface ProviderServer {
  port: number
  /** Every request that came, whatever became of it. */
  seen: SeenRequest[]
  /** How requests are answered from now on. */
  answer: RequestListener
  stop(): Promise<void>
}

/** A service on loopback, over IPv4 and IPv6 where there is one. */
export async function startProvider(answer: RequestListener = (_, reply) => void reply.end('{}')) {
  const provider: ProviderServer = {
    port: 0,
    seen: [],
    answer,
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  const server = createServer((request, reply) => {
    const { method = '', url = '', headers } = request
    provider.seen.push({ method, url, headers })
    provider.answer(request, reply)
  })
  await once(server.listen(0), 'listening')
  provider.port = (server.address() as AddressInfo).port
  return provider
}
