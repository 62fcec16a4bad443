import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Reply {
  status: number
  body: unknown
}

/** A service that answers JSON, on loopback. */
export async function startService(
  contentType: string,
  answer: (request: IncomingMessage, body: Buffer) => Reply,
): Promise<{ url: string; stop(): Promise<void> }> {
  const server = createServer((request, response) => {
    void bodyOf(request).then((received) => {
      const { status, body } = answer(request, received)
      response.writeHead(status, { 'content-type': contentType }).end(JSON.stringify(body))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
