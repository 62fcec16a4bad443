import { Type, type Static } from 'typebox'
import type { IdentityKey } from '../../linking/linking.ts'
import { identityErrors } from '../../identity/identity.ts'
import { speaksFor, type BotCaller } from '../../identity/bot-caller.ts'
import { channelOf, Platform } from '../platforms.ts'

/** How a bot service names somebody on a platform. */
export const identityFields = {
  platform: Platform,
  platform_user_id: Type.String({ minLength: 1, maxLength: 255 }),
  tenant_id: Type.Optional(
    Type.String({
      maxLength: 255,
      description:
        'Where ids are unique in one workspace of the platform only: the Slack team, the Teams tenant.',
    }),
  ),
}

interface Named {
  platform: Static<typeof Platform>
  platform_user_id: string
  tenant_id?: string
}

/** Whom a body names. Throws `bot_not_of_platform` unless the bot speaks for people of that platform. */
export function identityIn(bot: BotCaller, body: Named): IdentityKey {
  const channel = channelOf(body.platform)
  if (!speaksFor(bot, channel)) throw identityErrors.bot_not_of_platform()
  return { channel, tenantId: body.tenant_id ?? '', externalId: body.platform_user_id }
}

export const ByToken = Type.Object({ token: Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' }) })

export const NullableString = Type.Union([Type.String(), Type.Null()])
