import { defineErrors } from '../lib/errors.ts'

export const sponsorshipErrors = defineErrors({
  sponsorship_not_found: { status: 404, detail: 'Sponsorship not found' },
  group_already_sponsored: {
    status: 409,
    detail: 'Guests of this group are answered already. End that sponsorship first.',
  },
  group_administrator_required: {
    status: 403,
    detail: 'Only an administrator of the group may decide that: your connected account there is none.',
  },
  group_administrator_unknown: {
    status: 503,
    detail: 'The platform did not say who administers this group. Try again later.',
  },
})
