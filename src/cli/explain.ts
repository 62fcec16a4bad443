import { GatewayError } from '../lib/errors.ts'

/** What went wrong, as an operator needs it: a sentence, and the stack only where they asked for detail. */
export function explain(error: unknown, logLevel?: string): string {
  if (!(error instanceof Error)) return String(error)
  if (logLevel === 'debug' || logLevel === 'trace') return error.stack ?? error.message
  if (error instanceof GatewayError) return error.detail
  // Node tries every address of a host and reports all failures; the first is as good as any.
  if (error instanceof AggregateError && error.errors.length > 0) return explain(error.errors[0])
  return explainSystem(error) ?? error.message
}

function explainSystem(
  error: NodeJS.ErrnoException & { address?: string; port?: number },
): string | undefined {
  const place =
    error.port === undefined ? (error.address ?? '') : `${error.address ?? 'the host'}:${error.port}`
  switch (error.code) {
    case 'EADDRINUSE':
      return `Another program listens on ${place} already: end it, or choose another port by --port or server.port.`
    case 'EADDRNOTAVAIL':
      return `This machine has no address ${place}: correct --host or server.host.`
    case 'EACCES':
      return error.syscall === 'listen'
        ? `This account may not listen on ${place}: choose a port above 1023.`
        : undefined
    case 'ECONNREFUSED':
      return `Nothing answers at ${place}: is the database, or Redis, running there?`
    case 'ENOTFOUND':
      return `A host in the configuration is not known: ${error.message}.`
    default:
      return undefined
  }
}
