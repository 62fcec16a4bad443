import { defineErrors } from '../lib/errors.ts'

export const conversationErrors = defineErrors({
  conversation_not_found: { status: 404, detail: 'Conversation not found' },
  turn_not_found: { status: 404, detail: 'Turn not found' },
  conversation_busy: {
    status: 429,
    detail:
      'Too many messages are waiting in this conversation. Wait for an answer, or stop the turn that is running.',
  },
  agent_unknown: { status: 422, detail: 'There is no agent with this name' },
})
