import type { AgentTurn } from '../../agent.ts'
import { fieldsOf, stringOf } from '../../../lib/json.ts'

/** What is remembered of a person's conversation with the app. Dify refuses it to everybody else. */
export interface Thread {
  conversation: string
  /** The newest message that we know of. */
  message: string
  /** The run that writes it, and the turn that it answers; neither once that run was given up. */
  run?: { task: string; turn: string } | undefined
}

/** In a group each person has a conversation of their own; those who wrote last are remembered. */
const mostThreads = 50

export function readThread(turn: AgentTurn, user: string): Thread | undefined {
  const thread = fieldsOf(threadsOf(turn)[user])
  const conversation = stringOf(thread['conversation'])
  if (conversation === '') return undefined
  const run = fieldsOf(thread['run'])
  return {
    conversation,
    message: stringOf(thread['message']),
    run:
      thread['run'] === undefined ? undefined : { task: stringOf(run['task']), turn: stringOf(run['turn']) },
  }
}

/** Rejects when another attempt has taken the turn over. */
export async function writeThread(turn: AgentTurn, user: string, thread: Thread): Promise<void> {
  const others = Object.entries(threadsOf(turn)).filter(([name]) => name !== user)
  await turn.memory.write({
    threads: Object.fromEntries([...others.slice(1 - mostThreads), [user, thread]]),
  })
}

function threadsOf(turn: AgentTurn): Readonly<Record<string, unknown>> {
  return fieldsOf(fieldsOf(turn.memory.read())['threads'])
}
