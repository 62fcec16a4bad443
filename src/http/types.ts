import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyRequest,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { BotCaller } from '../identity/bot-caller.ts'
import type { Principal } from '../identity/principal.ts'
import type { Permission } from '../tokens/tokens.ts'

/** The server as routes see it: schemas are TypeBox, and handlers are typed by them. */
export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>

/**
 * Who may call a route: anybody, any signed-in user, administrators only, or an outside bot service by its key. A
 * route that does not say so is refused at registration.
 */
export type Access = 'public' | 'user' | 'admin' | 'bot'

declare module 'fastify' {
  interface FastifyContextConfig {
    access: Access
    /** Agents may call it with the grant of a turn; the route keeps them to that turn's conversation and user. */
    grants?: boolean
    /** Programs may call it with an API token that has this permission; people need none. */
    permission?: Permission
  }
  interface FastifyRequest {
    /** Who is calling; null on public routes. Routes read it through `callerOf`. */
    principal: Principal | null
    /** Which bot service is calling; null on other routes. Routes read it through `botOf`. */
    bot: BotCaller | null
  }
}

/** The caller of a route with access `user` or `admin`. */
export function callerOf(request: FastifyRequest): Principal {
  if (request.principal === null) throw new Error('callerOf was asked on a route whose access is public.')
  return request.principal
}

/** The caller of a route with access `bot`. */
export function botOf(request: FastifyRequest): BotCaller {
  if (request.bot === null) throw new Error('botOf was asked on a route whose access is not bot.')
  return request.bot
}
