import { defineErrors } from '../lib/errors.ts'

export const linkingErrors = defineErrors({
  too_many_connect_codes: {
    status: 429,
    detail:
      'Too many pending channel connection codes. Wait for existing codes to expire or use one of them.',
  },
  connection_not_found: { status: 404, detail: 'Channel connection not found' },
})
