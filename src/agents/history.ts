import type { AgentTurn, HistoryMessage } from './agent.ts'

/** How much of what was said before a server is sent. */
export interface HistoryWindow {
  historyMessages: number
  historyChars: number
}

/** The newest messages that fit, beginning with one of a person: some models refuse anything else. */
export function windowOf(history: readonly HistoryMessage[], window: HistoryWindow): HistoryMessage[] {
  const chosen: HistoryMessage[] = []
  let chars = 0
  for (const message of history.toReversed()) {
    chars += message.text.length
    if (chosen.length >= window.historyMessages || chars > window.historyChars) break
    chosen.unshift(message)
  }
  const first = chosen.findIndex(({ role }) => role === 'user')
  return first === -1 ? [] : chosen.slice(first)
}

/** The words of a message, with its author where there are several. */
export function saidBy(author: string | null, text: string, tellApart: boolean): string {
  return tellApart && author !== null ? `${author}: ${text}` : text
}

/** Whether messages must say who wrote them: others than the one who asks have spoken before. */
export function hasSeveralPeople({ history, user }: Pick<AgentTurn, 'history' | 'user'>): boolean {
  const authors = history.flatMap(({ role, author }) => (role === 'user' && author !== null ? [author] : []))
  return authors.some((author) => author !== user.name)
}
