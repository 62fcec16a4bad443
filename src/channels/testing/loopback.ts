import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * Lets a simulator's server listen on loopback; port 0 takes a free one. Returns its address, without a slash at the
 * end; throws what the system says of a port that is taken.
 */
export async function listenOnLoopback(server: Server, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Ends the server at once, with all its connections; those that became WebSockets are no longer the server's. */
export async function stopServer(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}
