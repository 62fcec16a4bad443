import type { LaneContext, LaneMessage, Lanes } from '../lanes.ts'

/** Works a queue until it handled `count` messages (or tries), stops, and answers with their payloads. */
export async function collect(
  lanes: Lanes,
  queue: string,
  count: number,
  handle: (message: LaneMessage, context: LaneContext) => Promise<string> = async () => 'handled',
): Promise<unknown[]> {
  const seen: unknown[] = []
  const enough = Promise.withResolvers<undefined>()
  const work = lanes.work(queue, {
    async handle(message, context) {
      seen.push(message.payload)
      if (seen.length >= count) enough.resolve(undefined)
      return handle(message, context)
    },
  })
  await enough.promise
  await work.stop()
  return seen
}

/** Resolves with the first message that a replica gets of a queue; its handler then never ends by itself. */
export function first(lanes: Lanes, queue: string): Promise<{ message: LaneMessage; context: LaneContext }> {
  return new Promise((resolve) => {
    lanes.work(queue, {
      async handle(message, context) {
        resolve({ message, context })
        await new Promise((abort) => context.signal.addEventListener('abort', abort))
        throw new Error('aborted')
      },
    })
  })
}

/** The messages that wait in a queue. */
export async function waitingIn(lanes: Lanes, queue: string): Promise<number> {
  return (await lanes.figures()).find((row) => row.queue === queue)?.waiting ?? 0
}
