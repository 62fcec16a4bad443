import { pino, type DestinationStream, type Logger } from 'pino'

export type Log = Logger

/** Keys whose values never reach a log, wherever they stand in what is logged. */
const secretKeys = [
  'authorization',
  'cookie',
  'password',
  'secret',
  'token',
  'api_key',
  'bot_token',
  'credentials',
  'secrets',
]

/** JSON lines on standard error, or to `destination`. */
export function createLog(level: string, destination?: DestinationStream): Log {
  const paths = secretKeys.flatMap((key) => [`*.${key}`, `*.*.${key}`])
  return pino(
    {
      level,
      redact: { paths: [...secretKeys, ...paths], censor: '[redacted]' },
    },
    destination ?? pino.destination({ dest: 2, sync: false }),
  )
}
