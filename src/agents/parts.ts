import type { AgentEvent } from './agent.ts'

/** Writes an answer's text and reasoning as parts that open before their first word and close in order. */
export interface Parts {
  text: (delta: string) => Generator<AgentEvent>
  reasoning: (delta: string) => Generator<AgentEvent>
  /** Closes what is open: before a tool call, a file, or the end of the answer. */
  close: () => Generator<AgentEvent>
  /** Tells what is no text: it comes between two parts, never within one. */
  aside: (events: Iterable<AgentEvent>) => Generator<AgentEvent>
}

export function createParts(): Parts {
  let open: { kind: 'text' | 'reasoning'; id: string } | undefined
  let count = 0

  function* close(): Generator<AgentEvent> {
    if (open !== undefined) yield { type: `${open.kind}-end`, id: open.id }
    open = undefined
  }

  function* write(kind: 'text' | 'reasoning', delta: string): Generator<AgentEvent> {
    if (delta === '') return
    if (open?.kind !== kind) {
      yield* close()
      open = { kind, id: `${kind}-${++count}` }
      yield { type: `${kind}-start`, id: open.id }
    }
    yield { type: `${kind}-delta`, id: open.id, delta }
  }

  function* aside(events: Iterable<AgentEvent>): Generator<AgentEvent> {
    for (const event of events) {
      yield* close()
      yield event
    }
  }

  return {
    text: (delta) => write('text', delta),
    reasoning: (delta) => write('reasoning', delta),
    close,
    aside,
  }
}
