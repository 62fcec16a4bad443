import { NetworkError, PlatformError } from '../../lib/errors.ts'
import type { ChannelDependencies, ChannelMemory, ChatAddress } from '../channel.ts'
import { isUnauthorized, refusalOf, scrub } from './errors.ts'
import { exchange } from './exchange.ts'
import { fieldsOf, type Fields } from '../../lib/json.ts'
import { textOf } from '../lenient-shape.ts'
import { defaultServiceUrlOf, isServiceHost } from './hosts.ts'
import { readReference } from './references.ts'
import type { TeamsSettings } from './settings.ts'
import type { Tokens } from './tokens.ts'

/**
 * The Bot Connector: https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference.
 * All throw PlatformError or NetworkError; neither holds a secret.
 */
export interface Connector {
  /** Posts an activity into the conversation and returns the id that it got. */
  post(to: ChatAddress, activity: Fields): Promise<string>
  /** Replaces an activity. */
  put(conversationId: string, activityId: string, activity: Fields): Promise<void>
  /** Opens an address of the connector with the bot's token. The caller has judged the address. */
  open(url: string, signal: AbortSignal): Promise<Response>
}

export function createConnector(
  settings: TeamsSettings,
  tokens: Tokens,
  memory: Pick<ChannelMemory, 'read'>,
  dependencies: ChannelDependencies,
): Connector {
  /** A token that the connector refuses has done nothing yet: the call is made once more with a new one. */
  async function withToken<T>(call: (token: string) => Promise<T>): Promise<T> {
    try {
      return await call(await tokens.current())
    } catch (error) {
      if (!isUnauthorized(error)) throw error
      return call(await tokens.fetch())
    }
  }

  async function write(conversationId: string, method: 'POST' | 'PUT', path: string, activity: Fields) {
    const { serviceUrl, botId } = await placeOf(settings, memory, conversationId)
    const url = `${serviceUrl}v3/conversations/${encodeURIComponent(conversationId)}/activities${path}`
    const from = botId === undefined ? {} : { from: { id: botId } }
    const body = JSON.stringify({ ...from, conversation: { id: conversationId }, ...activity })
    return withToken(async (token) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
      const secrets = [token, settings.appPassword]
      const { response, answer } = await exchange(dependencies, url, { method, headers, body }, secrets)
      if (!response.ok) throw refusalOf(response, answer, secrets)
      return textOf(fieldsOf(answer)['id'])
    })
  }

  return {
    async post(to, activity) {
      const id = await write(conversationIdOf(to), 'POST', '', activity)
      return id ?? textOf(activity['id']) ?? ''
    },
    async put(conversationId, activityId, activity) {
      await write(conversationId, 'PUT', `/${encodeURIComponent(activityId)}`, {
        ...activity,
        id: activityId,
      })
    },
    open: (url, signal) =>
      withToken(async (token) => {
        try {
          const headers = { authorization: `Bearer ${token}` }
          const response = await dependencies.fetch(url, { headers, redirect: 'error', signal })
          if (response.ok) return response
          await response.body?.cancel()
          throw refusalOf(response, undefined, [])
        } catch (error) {
          if (error instanceof PlatformError) throw error
          throw new NetworkError('teams', scrub(error, [token, settings.appPassword]))
        }
      }),
  }
}

/** In a channel, a thread is named in the id of the conversation. */
export function conversationIdOf(to: ChatAddress): string {
  return to.topicId === undefined ? to.chatId : `${to.chatId};messageid=${to.topicId}`
}

/** Where a conversation is reached: as its last message said, or at the address that serves all. */
async function placeOf(
  settings: TeamsSettings,
  memory: Pick<ChannelMemory, 'read'>,
  conversationId: string,
): Promise<{ serviceUrl: string; botId: string | undefined }> {
  const [chatId = ''] = conversationId.split(';messageid=')
  const reference = await readReference(memory, chatId)
  const serviceUrl = reference?.serviceUrl ?? defaultServiceUrlOf(settings)
  if (!isServiceHost(serviceUrl, settings))
    throw new PlatformError({
      platform: 'teams',
      code: 'service_url',
      kind: 'gone',
      description: 'the conversation lies on a host that does not belong to Microsoft',
    })
  return { serviceUrl: serviceUrl.endsWith('/') ? serviceUrl : `${serviceUrl}/`, botId: reference?.botId }
}
