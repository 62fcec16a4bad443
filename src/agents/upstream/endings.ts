import { AgentError } from '../agent.ts'

/** What is added to an answer that is not whole, by the reason that its server gave for ending it; empty for others. */
export function noteOf(finishReason: string | undefined): string {
  return notes.get(finishReason ?? '') ?? ''
}

const notes: ReadonlyMap<string, string> = new Map([
  ['length', '\n\n*(The answer ends here: it reached the length limit of the model.)*'],
  ['content_filter', '\n\n*(The answer ends here: it was stopped by a content filter.)*'],
])

/** An answer without a word is an error, or people would wait for the rest. */
export function silence(finishReason: string | undefined): AgentError {
  const cause = new Error(`The answer ended with ${finishReason ?? 'nothing'} and without text.`)
  if (finishReason === 'content_filter')
    return new AgentError('agent_refused', 'A content filter stopped the answer.', cause)
  if (finishReason === 'tool_calls')
    return new AgentError('agent_refused', 'The agent asked for a tool that it does not have here.', cause)
  if (finishReason === 'length')
    return new AgentError('agent_failed', 'The agent ran out of room before its first word.', cause)
  return new AgentError('agent_failed', 'The agent answered without a word.', cause)
}
