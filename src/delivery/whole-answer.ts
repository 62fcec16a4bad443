import { addressOf, giveUp, isFinalRefusal, type Answer, type DeliveryOutcome } from './outlet.ts'
import { showTypingWhile } from './typing.ts'

/**
 * For platforms without edits: waits for the end and sends the messages one by one, each noted when it was sent.
 * Where a repeated send is one message, nothing can go out twice. Where it is not, each is noted before it is sent
 * too; a message whose sending was cut off is sent again, since nobody can know whether it arrived and an answer
 * that is lost is worse than one that is repeated.
 */
export async function sendAnswer(answer: Answer): Promise<DeliveryOutcome> {
  const { outlet, owner, to, turn, signal } = answer
  const { deliveries, channel, governor, clock, definition } = outlet
  const typing = showTypingWhile(answer, turn.ended)
  while (!turn.transcript.isFinished) await turn.changed()
  await typing
  const messages = answer.messages()
  const now = () => new Date(clock.now())
  const isRepeatable = definition.abilities.idempotentSend
  const sent = isRepeatable && messages.length === 1 ? [] : await deliveries.read(owner.key)
  for (const [part, message] of messages.entries()) {
    if (sent.some((row) => row.part === part && row.state === 'sent')) continue
    if (!isRepeatable) await deliveries.note({ owner, part, at: now(), state: 'opening' })
    try {
      const send = () => channel.send(addressOf(to, part), message, `${owner.key}:${part}`)
      const ref = await governor.call(to, { signal }, send)
      await deliveries.note({ owner, part, at: now(), state: 'sent', ref })
    } catch (error) {
      if (!isFinalRefusal(error)) throw error
      return giveUp(answer, part, error)
    }
  }
  return 'sent'
}
