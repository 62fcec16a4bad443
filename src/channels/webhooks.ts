import type { ChannelDependencies, Inbox } from './channel.ts'

const signOfLifeMs = 30_000

/**
 * `receive` of a channel that the platform calls: checks that the credentials still work, then shows a sign of
 * life every half minute until `signal` aborts. What `check` throws ends the connection.
 */
export async function awaitWebhooks(
  check: () => Promise<unknown>,
  { sleep }: Pick<ChannelDependencies, 'sleep'>,
  inbox: Pick<Inbox, 'alive'>,
  signal: AbortSignal,
): Promise<void> {
  try {
    if (!signal.aborted) await check()
    while (!signal.aborted) {
      inbox.alive()
      await sleep(signOfLifeMs, signal)
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
