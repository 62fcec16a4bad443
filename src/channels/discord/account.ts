import type { DiscordApi } from './api.ts'
import { messageContentSentence, refusal } from './errors.ts'
import { idOf, optionalText, textOf, UnreadableError } from './fields.ts'

export interface DiscordAccount {
  /** The id of the bot's user. */
  id: string
  applicationId: string
  name: string
  username: string
}

/**
 * Who the bot is, and that it may read what people write: without the Message Content Intent the gateway would
 * refuse it later. Bits 18 and 19 of the application's flags say whether it is on, for a verified bot and any other:
 * https://docs.discord.com/developers/resources/application#application-object-application-flags
 */
export async function readAccount(api: DiscordApi): Promise<DiscordAccount> {
  const user = await api.call('GET', '/users/@me')
  const application = await api.call('GET', '/applications/@me')
  const flags = application['flags']
  if (typeof flags === 'number' && (flags & ((1 << 18) | (1 << 19))) === 0) {
    throw refusal('intents', 'bad_credentials', messageContentSentence)
  }
  try {
    const username = textOf(user, 'username')
    const name = optionalText(user, 'global_name') ?? username
    return { id: idOf(user, 'id'), applicationId: idOf(application, 'id'), name, username }
  } catch (error) {
    if (!(error instanceof UnreadableError)) throw error
    throw refusal('nonsense', 'transient', `the bot's account: ${error.message}`)
  }
}
