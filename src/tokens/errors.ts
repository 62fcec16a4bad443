import { defineErrors } from '../lib/errors.ts'

export const tokenErrors = defineErrors({
  token_not_found: { status: 404, detail: 'There is no such API token.' },
  token_expiry_past: { status: 400, detail: 'expires_at must lie in the future.' },
  token_origin_invalid: {
    status: 400,
    detail: 'A callback origin has scheme, host and port if need be, such as https://app.example.com.',
  },
})
