import type { Button, OutboundMessage } from '../channels/channel.ts'
import { canPress, spelledOut } from './choices.ts'
import { printed, type Outlet } from './outlet.ts'
import { splitterOf } from './split.ts'
import type { Transcript } from './transcript.ts'

/** Makes the messages that should stand in the chat of what a turn has said so far. */
export function showMessages(outlet: Outlet, read: () => Transcript): () => readonly OutboundMessage[] {
  const { definition, texts } = outlet
  let splitter = splitterOf(definition)
  let shown: Transcript | undefined
  let messages: OutboundMessage[] = []
  return () => {
    const transcript = read()
    if (transcript === shown) return messages
    if (shown !== undefined && shown.attempt !== transcript.attempt) splitter = splitterOf(definition)
    shown = transcript
    const { text, buttons, tool, isFinished } = transcript
    messages = splitter.split(isFinished ? spelledOut(outlet, text, buttons) : text, isFinished)
    if (messages.length === 0 && tool !== undefined && !isFinished) {
      messages = [printed(definition, texts.toolLine(tool))]
    }
    const last = messages.pop()
    if (last !== undefined)
      messages.push(asLast(last, isFinished, canPress(definition, buttons) ? buttons : []))
    return messages
  }
}

/** Only the last message changes: it grows until the end, and then carries the choices. */
function asLast(message: OutboundMessage, isFinished: boolean, buttons: readonly Button[]): OutboundMessage {
  if (!isFinished) return { ...message, growing: true }
  return buttons.length === 0 ? message : { ...message, buttons }
}
