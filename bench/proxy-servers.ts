/**
 * The servers of bench/proxy.ts, each as a process of its own: `node proxy-servers.ts provider` answers every request
 * with 1 KB of JSON, `node proxy-servers.ts bare URL` passes requests on to it by undici and nothing else. They tell their
 * address over IPC.
 */
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pipeline } from 'node:stream/promises'
import { Agent } from 'undici'

const [role, url = ''] = process.argv.slice(2)
const kilobyte = JSON.stringify({ login: 'ada', note: 'x'.repeat(1024 - 25) })

const provide: RequestListener = (_, reply) => {
  reply.writeHead(200, { 'content-type': 'application/json', 'content-length': kilobyte.length })
  reply.end(kilobyte)
}

const agent = new Agent({ connections: 256, pipelining: 1 })
const passOn: RequestListener = ({ url: path = '/', headers, method = 'GET' }, reply) => {
  const { connection: _, host: __, ...rest } = headers
  agent
    .request({ origin: url, path, method, headers: rest })
    .then(({ statusCode, headers: { connection: _, 'keep-alive': __, ...passed }, body }) => {
      reply.writeHead(statusCode, passed)
      return pipeline(body, reply)
    })
    .catch((error: unknown) => reply.destroy(error as Error))
}

const server = createServer(role === 'provider' ? provide : passOn)
server.listen(0, '127.0.0.1', () => {
  process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})
process.on('disconnect', () => process.exit(0))
