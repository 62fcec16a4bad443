import { defineErrors } from '../lib/errors.ts'

export const conversationErrors = defineErrors({
  conversation_not_found: { status: 404, detail: 'Conversation not found' },
  conversation_of_guests: {
    status: 409,
    detail: 'Guests of a group talk here, with nobody’s account. Begin a conversation of your own.',
  },
  turn_not_found: { status: 404, detail: 'Turn not found' },
  conversation_busy: {
    status: 429,
    detail:
      'Too many messages are waiting in this conversation. Wait for an answer, or stop the turn that is running.',
  },
  message_id_reused: {
    status: 409,
    detail: 'This message_id was used for another message. Draw a new one for each message.',
  },
  person_not_linked: {
    status: 404,
    detail: 'Nobody here is linked to this account. Let them link it first.',
  },
  session_not_found: { status: 404, detail: 'There is no such session of this person.' },
  delivery_not_found: { status: 404, detail: 'There is no such delivery.' },
  user_not_found: { status: 404, detail: 'There is no such user in this workspace.' },
  user_has_no_channel: {
    status: 409,
    detail: 'This user has no private chat with a bot that is running. They connect one under Channels.',
  },
  agent_disabled: { status: 409, detail: 'This agent is out of use at the moment. Try again later.' },
  agent_not_of_token: {
    status: 403,
    detail: 'This API token is kept to another agent.',
  },
  agent_unknown: { status: 422, detail: 'There is no agent with this name' },
})
