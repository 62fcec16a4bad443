import type { AgentEvent } from '../../agent.ts'
import type { Parts } from '../../parts.ts'
import type { Message } from './message.ts'
import type { Progress } from './progress.ts'

/** Tells the text and the reasoning of messages, once each. */
export interface Words {
  /** A message of the stream, or a piece of one. False while another message is being written: then it waits. */
  hear(message: Message): Generator<AgentEvent, boolean>
  /** A whole message of a finished step, among all that the turn has: what is missing of it is told. */
  complete(message: Message, among: ReadonlySet<string>): Generator<AgentEvent>
  say(id: string, text: string): Generator<AgentEvent>
  /** The one who speaks has ended, or will begin again. */
  release(): void
  hasTold(id?: string): boolean
}

export function createWords(parts: Parts, progress: Progress): Words {
  const toldIds = new Set<string>()
  /** The message that is being written. Several at once would be woven into one another. */
  let speaker: string | undefined

  function* utter(kind: 'text' | 'reasoning', id: string, words: string): Generator<AgentEvent> {
    if (words !== '' && kind === 'text') toldIds.add(id)
    yield* parts[kind](words)
  }

  const isTold = (id: string, text: string) => progress.told(`text ${id}`).trim() === text.trim()

  /** A node may give the model's words once more, under an id of its own. */
  const isEcho = ({ id, text }: Message) =>
    text.length >= shortestEcho &&
    progress.told(`text ${id}`) === '' &&
    [...toldIds].some((told) => told !== id && isTold(told, text))

  return {
    *hear(message) {
      const { id } = message
      for (const kind of ['reasoning', 'text'] as const) {
        const key = `${kind} ${id}`
        progress.add(key, message[kind], !message.isPiece && isSnapshot(progress.told(key), message[kind]))
      }
      if (isEcho(message)) progress.count(`text ${id}`, message.text)
      speaker ??= id
      if (speaker !== id) return false
      yield* utter('reasoning', id, progress.take(`reasoning ${id}`))
      yield* utter('text', id, progress.take(`text ${id}`))
      if (message.isLast) speaker = undefined
      return true
    },
    *complete({ id, text, reasoning }, among) {
      if ([...toldIds].some((told) => !among.has(told) && isTold(told, text))) return
      if (!toldIds.has(id)) yield* utter('reasoning', id, progress.complete(`reasoning ${id}`, reasoning))
      yield* utter('text', id, progress.complete(`text ${id}`, text))
    },
    say: (id, text) => utter('text', id, text),
    release: () => (speaker = undefined),
    hasTold: (id) => (id === undefined ? toldIds.size > 0 : toldIds.has(id)),
  }
}

/** Shorter ones may be the same by chance. */
const shortestEcho = 20

/** Some servers send what is known so far again and again, instead of pieces. */
function isSnapshot(told: string, text: string): boolean {
  return told.length >= 8 && text.startsWith(told)
}
