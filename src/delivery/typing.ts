import { canShowTyping } from '../channels/channel.ts'
import type { Answer } from './outlet.ts'

/** An answer that is ready sooner than this needs no typing sign. */
const quietMs = 250

/** Renews the typing sign until `over` aborts. It is an ornament: its failures stop nothing. */
export async function showTypingWhile({ outlet, to, signal }: Answer, over: AbortSignal): Promise<void> {
  const { channel, definition, governor, sleep, log } = outlet
  const intervalMs = definition.abilities.typingIntervalMs
  if (intervalMs === undefined || !canShowTyping(channel)) return
  const stop = AbortSignal.any([signal, over])
  try {
    await sleep(quietMs, stop)
    for (;;) {
      await governor.tryCall(to, () => channel.showTyping(to))
      await sleep(intervalMs, stop)
    }
  } catch (error) {
    if (!stop.aborted) log.debug({ err: error, bot: outlet.bot.id }, 'the typing sign failed')
  }
}
