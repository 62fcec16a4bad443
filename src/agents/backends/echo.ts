import type { AgentDefinition, AgentTurn } from '../agent.ts'
import { createParts } from '../parts.ts'
import { untilAborted } from '../until-aborted.ts'

/** Answers with what it was told, word by word: for tests, benchmarks and a first check of a channel. */
export const echo: AgentDefinition = {
  kind: 'echo',
  displayName: 'Echo',
  fields: [
    { name: 'delay_ms', label: 'Milliseconds to wait before the answer', type: 'number', required: false },
    { name: 'word_ms', label: 'Milliseconds to wait before each word', type: 'number', required: false },
  ],
  create({ delay_ms: delay, word_ms: pause }, { sleep }) {
    async function* answer({ message }: AgentTurn, signal: AbortSignal) {
      if (typeof delay === 'number') await sleep(delay, signal)
      const parts = createParts()
      for (const word of message.text.match(/\s*\S+\s*/g) ?? ['(nothing)']) {
        if (typeof pause === 'number') await sleep(pause, signal)
        yield* parts.text(word)
      }
      yield* parts.close()
    }
    return { run: (turn, signal) => untilAborted(answer(turn, signal), signal) }
  },
}
