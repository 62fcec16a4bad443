import { canReact } from '../channels/channel.ts'
import type { Answer } from './outlet.ts'

/**
 * Marks the question while its answer is being written: in groups, where many talk, and wherever there is no typing
 * sign. It is an ornament: its failures stop nothing, and it does not wait for the pace.
 */
export function markQuestion(answer: Answer, question: string | undefined): { remove(): Promise<void> } {
  const { outlet, to, signal } = answer
  const { channel, definition, governor } = outlet
  const isWanted = to.kind === 'group' || definition.abilities.typingIntervalMs === undefined
  if (question === undefined || !isWanted || !canReact(channel)) return { remove: async () => undefined }
  const failed = (error: unknown) => {
    if (!signal.aborted)
      outlet.log.debug({ err: error, bot: outlet.bot.id }, 'a question could not be marked')
  }
  let isMarked = false
  const marking = governor
    .tryCall(to, async () => {
      isMarked = true
      await channel.react(to, question, 'working')
    })
    .catch(failed)
  return {
    async remove() {
      await marking
      if (!isMarked || signal.aborted) return
      await governor.call(to, { signal }, () => channel.react(to, question, undefined)).catch(failed)
    },
  }
}
