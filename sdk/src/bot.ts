import createFetchClient from 'openapi-fetch'
import { answerStream, type ChatAnswer } from './bot-chat.ts'
import { call, type PorticoClient } from './call.ts'
import { PorticoError } from './errors.ts'
import { randomId } from './random-id.ts'
import { pause, retried, type ResumeOptions } from './resumed-stream.ts'
import type { paths } from './schema.ts'

type TokenBody = paths['/api/platform-linking/tokens']['post']['requestBody']['content']['application/json']

/** Where people of a bot are known: DISCORD, TELEGRAM, SLACK ... */
export type Platform = TokenBody['platform']

export interface BotOptions {
  /** Where Portico is, such as `https://portico.example.org`. */
  baseUrl: string
  /** A bot key, as the console makes it. It speaks for everybody who is linked: it belongs on a server. */
  key: string
  platform: Platform
  /** The team or tenant, where the platform's ids are unique in one only. */
  tenantId?: string | undefined
  fetch?: (request: Request) => Promise<Response>
}

/** A person as the platform knows them. */
export interface Person {
  /** The platform's stable id, never a name that can change hands. */
  id: string
  /** What the page shows to who confirms the link: the name by which they know their account. */
  username?: string | undefined
  /** The chat in which they asked; kept with the connection. */
  channelId?: string | undefined
}

export interface LinkInvitation {
  token: string
  /** What to show to the person, in private. */
  url: string
  expiresAt: Date
}

export interface ChatQuestion extends ResumeOptions {
  /** The platform's id of who asks. */
  personId: string
  message: string
  /** The conversation to continue; a new one if left out. Refused with `session_not_found` once it is deleted. */
  sessionId?: string | undefined
  /** The platform's id of the message: a repeated call is the same turn. Drawn at random if left out. */
  messageId?: string | undefined
  /** Files as data: URLs. */
  files?: { url: string; media_type: string; filename?: string }[] | undefined
}

/**
 * What became of a number: `linked`; `wrong_number`, so ask for it once more; `ended`, so make a new link; `none`, as
 * nothing waits for a number: treat the message as any other.
 */
export type Approval =
  paths['/api/platform-linking/approve']['post']['responses'][200]['content']['application/json']['status']

/** What a bot of your own does here: who is this, please connect, and what does the agent say. */
export interface PorticoBot {
  /** The user whom a person is connected to; undefined for strangers. */
  userOf(personId: string): Promise<string | undefined>
  /**
   * A link by which a stranger connects, once and within half an hour. Undefined when they are connected already; where
   * `userOf` knows nobody, that is in another workspace.
   */
  invite(person: Person): Promise<LinkInvitation | undefined>
  /** Waits until an invitation was followed, asking every two seconds; `expired` when it was not. */
  untilLinked(
    invitation: LinkInvitation,
    options?: { signal?: AbortSignal; everyMs?: number },
  ): Promise<{ status: 'linked'; userId: string } | { status: 'expired' }>
  /** Hands over the four digits that the page asked a person to send, where both sides must agree. */
  approve(personId: string, number: string): Promise<Approval>
  /**
   * Asks the agent. A question whose connection breaks is asked again under its `messageId` and answered once; a stream
   * that is cut is taken up where it was. Throws PorticoError: `person_not_linked`, `session_not_found`,
   * `message_id_reused`, after five tries `conversation_busy`, and those of docs/reference/errors.md.
   */
  ask(question: ChatQuestion): Promise<ChatAnswer>
  /** The routes for bots that have no call of their own here: `call(bot.api.POST('/api/platform-linking/...'))`. */
  api: PorticoClient
}

export function createBot(options: BotOptions): PorticoBot {
  const { baseUrl, key, platform, tenantId } = options
  const client = createFetchClient<paths>({
    baseUrl,
    headers: { 'x-bot-api-key': key },
    ...(options.fetch === undefined ? {} : { fetch: options.fetch }),
  })
  const identity = (personId: string) => ({
    platform,
    platform_user_id: personId,
    ...(tenantId === undefined ? {} : { tenant_id: tenantId }),
  })
  const statusOf = (token: string) =>
    call(client.GET('/api/platform-linking/tokens/{token}/status', { params: { path: { token } } }))

  return {
    api: client,

    async userOf(personId) {
      const { user_id } = await call(
        client.POST('/api/platform-linking/resolve', { body: identity(personId) }),
      )
      return user_id
    },

    async invite({ id, username, channelId }) {
      const body = {
        ...identity(id),
        ...(username === undefined ? {} : { platform_username: username }),
        ...(channelId === undefined ? {} : { channel_id: channelId }),
      }
      try {
        const made = await call(client.POST('/api/platform-linking/tokens', { body }))
        return { token: made.token, url: made.link_url, expiresAt: new Date(made.expires_at) }
      } catch (error) {
        if (error instanceof PorticoError && error.status === 409) return undefined
        throw error
      }
    },

    async untilLinked({ token }, { signal, everyMs = 2_000 } = {}) {
      for (;;) {
        const { status, user_id } = await retried(() => statusOf(token), { signal })
        if (status === 'expired') return { status }
        if (status === 'linked' && user_id !== undefined) return { status, userId: user_id }
        await pause(everyMs, signal)
      }
    },

    async approve(personId, number) {
      const { status } = await call(
        client.POST('/api/platform-linking/approve', { body: { ...identity(personId), number } }),
      )
      return status
    },

    ask({ personId, message, sessionId, messageId = randomId(), files, ...resume }) {
      const body = {
        ...identity(personId),
        message,
        message_id: messageId,
        ...(sessionId === undefined ? {} : { session_id: sessionId }),
        ...(files === undefined ? {} : { files }),
      }
      return answerStream(client, body, resume)
    },
  }
}
