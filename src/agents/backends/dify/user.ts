import { createHash } from 'node:crypto'
import type { AgentTurn } from '../../agent.ts'

/**
 * Whom Dify takes the person for: it keeps conversations by user. A guest is a stranger who is only recognised
 * within the conversation.
 */
export function difyUserOf({ user, conversation }: AgentTurn): string {
  if (user.kind === 'member') return user.id
  const name = createHash('sha256').update(`${conversation.id}:${user.id}`).digest('base64url').slice(0, 32)
  return `guest-${name}`
}
