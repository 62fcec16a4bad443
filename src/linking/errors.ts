import { defineErrors } from '../lib/errors.ts'

export const linkingErrors = defineErrors({
  too_many_connect_codes: {
    status: 429,
    detail:
      'Too many pending channel connection codes. Wait for existing codes to expire or use one of them.',
  },
  connection_not_found: { status: 404, detail: 'Channel connection not found' },
  link_token_not_found: { status: 404, detail: 'There is no such link.' },
  link_token_expired: { status: 410, detail: 'This link has expired. Ask the bot for a new one.' },
  link_token_used: { status: 410, detail: 'This link has been used already.' },
  identity_linked: { status: 409, detail: 'This chat account is linked already.' },
  too_many_link_tokens: { status: 429, detail: 'Too many links were made. Wait a little.' },
  approval_not_found: {
    status: 404,
    detail: 'There is no such connection to agree to, or its time is over.',
  },
  approval_number_wrong: { status: 400, detail: 'That is not the number that the chat shows.' },
  approval_ended: {
    status: 410,
    detail: 'Three wrong numbers ended this connection. Begin again with a new code.',
  },
})
