import type { AgentEvent } from '../agent.ts'
import type { Fields } from '../../lib/json.ts'

/** What one kind of a server's events becomes. */
export type Take = (event: Fields) => Iterable<AgentEvent>

/** How each kind is taken, by its name. Kinds that are not here are passed over. */
export type Takes = Readonly<Record<string, Take>>

/** Names come from the server, and may be those of an object's own methods. */
export function take(takes: Takes, name: string, event: Fields): Iterable<AgentEvent> {
  return Object.hasOwn(takes, name) ? (takes[name]?.(event) ?? []) : []
}

/** For what shows nothing. */
export function quietly(note: (event: Fields) => void): Take {
  return (event) => {
    note(event)
    return []
  }
}
