import type { AgentEvent } from '../../agent.ts'
import type { Parts } from '../../parts.ts'

/** The words of an answer that moderation may replace. */
export interface AnswerText {
  add(delta: string): Generator<AgentEvent>
  /** These words stand for all before them. */
  replace(answer: string): Generator<AgentEvent>
  end(): Generator<AgentEvent>
  isEmpty(): boolean
}

const withdrawn = '*(What is above was withdrawn. In its place:)*\n\n'

/** With `hold` nothing is told before the end, since what people have read cannot be taken back. */
export function createAnswerText(parts: Parts, hold: boolean): AnswerText {
  let text = ''
  return {
    *add(delta) {
      text += delta
      if (!hold) yield* parts.text(delta)
    },
    *replace(answer) {
      const told = text
      text = answer
      if (hold) return
      if (answer.startsWith(told)) yield* parts.text(answer.slice(told.length))
      else {
        yield* parts.close()
        yield* parts.text(withdrawn + answer)
      }
    },
    *end() {
      if (hold) yield* parts.text(text)
      yield* parts.close()
    },
    isEmpty: () => text.trim() === '',
  }
}
