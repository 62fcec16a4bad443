import type { Log } from '../lib/log.ts'
import type { Sleep } from '../lib/sleep.ts'
import type { StreamLog } from './stream-log.ts'
import { StreamProducers } from './stream-producers.ts'
import type { StreamReaders } from './stream-readers.ts'
import type { Streams } from './streams.ts'

/** Streams over a log: group writes, readers in step fed from memory, all others from the log. */
export function createLoggedStreams(deps: {
  log: StreamLog
  readers: StreamReaders
  logger: Log
  sleep: Sleep
}): Streams {
  const { log, readers } = deps
  const producers = new StreamProducers({
    ...deps,
    written: ({ stream, events }) => readers.publish(stream, events),
  })
  return {
    open: (stream) => producers.open(stream),
    read: (stream, after, signal) => readers.read(stream, after, signal),
    clean: (olderThanMs) => log.clean(olderThanMs),
    async stop() {
      await producers.drain()
      readers.stop()
      await log.stop()
    },
  }
}
