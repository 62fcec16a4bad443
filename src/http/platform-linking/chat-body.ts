import { Type, type Static, type TObject } from 'typebox'
import type { BotTurn, PlatformChat } from '../../conversations/conversations.ts'
import { questionFields } from '../conversations/question.ts'
import { httpErrors } from '../errors.ts'
import { channelOf, Platform } from '../platforms.ts'

/** Whom a bot speaks for, in which session, and what they say. */
export const chatFields = {
  user_id: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 255,
      description: 'Instead of `platform` and `platform_user_id`.',
    }),
  ),
  platform: Type.Optional(Platform),
  platform_user_id: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
  tenant_id: Type.Optional(
    Type.String({
      maxLength: 255,
      description: 'Where ids are unique in one workspace of the platform only.',
    }),
  ),
  session_id: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
  ...questionFields,
}

type Naming = Pick<
  Static<TObject<typeof chatFields>>,
  'user_id' | 'platform' | 'platform_user_id' | 'tenant_id'
>

/** Whom a body names; exactly one of the two ways. Throws validation_failed. */
export function personNamedIn(body: Naming): Parameters<PlatformChat['ask']>[1] {
  const { user_id: userId, platform, platform_user_id: externalId, tenant_id: tenantId } = body
  const isByAccount = platform !== undefined || externalId !== undefined || tenantId !== undefined
  if (userId !== undefined && !isByAccount) return { userId }
  if (userId === undefined && platform !== undefined && externalId !== undefined)
    return { identity: { channel: channelOf(platform), tenantId: tenantId ?? '', externalId } }
  const message = 'names a person either by user_id or by platform and platform_user_id'
  throw httpErrors.validation_failed({ members: { errors: [{ path: '/body', message }] } })
}

/** The headers by which a bot knows what it reads. */
export function headersOf({ id, sessionId }: BotTurn): Record<string, string> {
  return { 'x-session-id': sessionId, 'x-turn-id': id }
}

export const ByTurn = Type.Object({ turn_id: Type.String() })
