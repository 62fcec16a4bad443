import type { AgentTurn } from './agent.ts'

/** Whether messages must say who wrote them: others than the one who asks have spoken before. */
export function hasSeveralPeople({ history, user }: Pick<AgentTurn, 'history' | 'user'>): boolean {
  const authors = history.flatMap(({ role, author }) => (role === 'user' && author !== null ? [author] : []))
  return authors.some((author) => author !== user.name)
}
