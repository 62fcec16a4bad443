import type { AgentMemory } from '../../agent.ts'
import { fieldsOf, listOf, stringOf } from '../../../lib/json.ts'

/** What is remembered of a conversation. */
export interface Remembered {
  /** The server's thread of the conversation. */
  thread: string
  /** For whom the thread was made, where the server keeps threads of users apart. */
  owner: string | null
  /** The turn that was last about to run there; written before the server is asked. */
  turn: string
  /** Its run, as soon as the server has said which it is. */
  run: string | null
  /** The last message of the thread before that run; null where the turn's own message marks its begin. */
  after: string | null
  /** What the last run stopped to ask; the next message answers it. */
  asked: Asked | null
}

export interface Asked {
  questions: Question[]
  /** The last message of the thread when it stopped. */
  after: string | null
}

export interface Question {
  id: string
  /** How many tool calls wait for an approval; 0 for a question of another kind. */
  approvals: number
}

/** What was remembered, or undefined if nothing was, or nothing of this form. */
export function recall(memory: AgentMemory): Remembered | undefined {
  const value = fieldsOf(memory.read())
  const thread = stringOf(value['thread'])
  if (thread === '') return undefined
  const asked = fieldsOf(value['asked'])
  const questions = listOf(asked['questions']).map(fieldsOf)
  return {
    thread,
    owner: stringOf(value['owner']) || null,
    turn: stringOf(value['turn']),
    run: stringOf(value['run']) || null,
    after: stringOf(value['after']) || null,
    asked:
      questions.length === 0
        ? null
        : {
            questions: questions.map(({ id, approvals }) => ({
              id: stringOf(id),
              approvals: typeof approvals === 'number' ? approvals : 0,
            })),
            after: stringOf(asked['after']) || null,
          },
  }
}
