import type { AgentTurn } from '../../agent.ts'
import { fieldsOf, listOf, stringOf } from '../../../lib/json.ts'

/** What is remembered of a thread between its runs. */
export interface Remembered {
  /** The agent's state, as it last told it; undefined where it has none, or too much. */
  state: unknown
  /** The questions that the last run ended with. A thread takes nothing else until they are dealt with. */
  interrupts: string[]
}

/** A state is sent with every request and kept in a row of the database. */
const longestState = 32 * 1024

/** Members and guests have threads apart: what the agent knows by a member's rights must not answer a guest. */
export function readMemory({ memory, user }: AgentTurn): Remembered {
  const { state, interrupts } = fieldsOf(fieldsOf(memory.read())[user.kind])
  return { state, interrupts: listOf(interrupts).map(stringOf) }
}

/** Writes what has changed only. Rejects when another attempt has taken the turn over. */
export async function writeMemory(turn: AgentTurn, { state, interrupts }: Remembered): Promise<void> {
  const isSmall = JSON.stringify(state ?? null).length <= longestState
  const value = { state: isSmall ? state : undefined, interrupts }
  if (JSON.stringify(value) === JSON.stringify(readMemory(turn))) return
  const { member, guest } = fieldsOf(turn.memory.read())
  await turn.memory.write({ member, guest, [turn.user.kind]: value })
}
