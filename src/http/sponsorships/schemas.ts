import { Type, type Static } from 'typebox'
import type { ShownSponsorship, SponsorshipLimits } from '../../sponsorships/sponsorships.ts'
import { closed, Timestamp } from '../schemas.ts'

const limits = {
  guest_turns_per_hour: Type.Integer({
    minimum: 1,
    maximum: 1_000,
    description: 'Answers for one guest in an hour of the clock, UTC.',
  }),
  turns_per_day: Type.Integer({
    minimum: 1,
    maximum: 100_000,
    description: 'Answers for all guests on a day, UTC.',
  }),
}

export const SponsorshipAnswer = Type.Object(
  {
    id: Type.String(),
    bot_id: Type.String(),
    bot_name: Type.String(),
    channel: Type.String(),
    chat_id: Type.String({ description: 'The platform’s id of the group.' }),
    chat_name: Type.Union([Type.String(), Type.Null()], {
      description: 'As its sponsor named the group: `/sponsor NAME`, or over the API.',
    }),
    sponsor_id: Type.String(),
    sponsor_name: Type.String(),
    limits: Type.Object(limits),
    used_today: Type.Integer({ description: 'Answers for all guests since midnight, UTC.' }),
    live: Type.Boolean({
      description:
        'Whether guests are answered: not while the sponsor is banned or has left, or the bot is removed.',
    }),
    created_at: Timestamp,
  },
  { title: 'Sponsorship' },
)

export const LimitsBody = Type.Partial(Type.Object(limits), closed)

export const NewSponsorshipBody = Type.Object(
  {
    bot_id: Type.String({ minLength: 1, maxLength: 255 }),
    chat_id: Type.String({ minLength: 1, maxLength: 255 }),
    chat_name: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
    limits: Type.Optional(LimitsBody),
  },
  closed,
)

export const ById = Type.Object({ id: Type.String() })

export function limitsOf({
  guest_turns_per_hour,
  turns_per_day,
}: Static<typeof LimitsBody>): Partial<SponsorshipLimits> {
  return {
    ...(guest_turns_per_hour !== undefined && { guestTurnsPerHour: guest_turns_per_hour }),
    ...(turns_per_day !== undefined && { turnsPerDay: turns_per_day }),
  }
}

export function viewSponsorship(sponsorship: ShownSponsorship): Static<typeof SponsorshipAnswer> {
  const { id, botId, botName, channel, chatId, chatName, sponsorId, sponsorName, createdAt } = sponsorship
  const { guestTurnsPerHour, turnsPerDay } = sponsorship.limits
  return {
    id,
    bot_id: botId,
    bot_name: botName,
    channel,
    chat_id: chatId,
    chat_name: chatName,
    sponsor_id: sponsorId,
    sponsor_name: sponsorName,
    limits: { guest_turns_per_hour: guestTurnsPerHour, turns_per_day: turnsPerDay },
    used_today: sponsorship.usedToday,
    live: sponsorship.isLive,
    created_at: createdAt.toISOString(),
  }
}
