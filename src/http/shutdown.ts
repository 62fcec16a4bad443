import type { App } from './types.ts'

/**
 * How the server closes: streams end (sse.ts), requests in flight are answered with `connection: close`, so
 * that their connections do not hold the server open, and whoever is still there at the deadline is cut off.
 * `app.close()` alone waits for ever for open streams; closing all connections at once resets the others.
 */
export function registerShutdown(app: App, deadlineMs: number): void {
  let isClosing = false
  let deadline: NodeJS.Timeout | undefined
  app.addHook('onSend', async (_request, reply) => {
    if (isClosing) reply.header('connection', 'close')
  })
  app.addHook('preClose', async () => {
    isClosing = true
    deadline = setTimeout(() => app.server.closeAllConnections(), deadlineMs)
  })
  app.addHook('onClose', async () => clearTimeout(deadline))
}
