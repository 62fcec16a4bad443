import { PlatformError } from '../lib/errors.ts'
import { canTellAdministrators, type ChatAddress } from './channel.ts'
import type { IdleChannel } from './idle-channels.ts'

/**
 * Asks a bot's platform whether a person administers a group; undefined where the platform cannot tell. Throws
 * PlatformError, also for a bot that does not run, or NetworkError.
 */
export function createGroupAdministrators(
  open: (botId: string) => Promise<IdleChannel | undefined>,
): (botId: string, chat: ChatAddress, personId: string) => Promise<boolean | undefined> {
  return async (botId, chat, personId) => {
    const opened = await open(botId)
    if (opened === undefined) throw notRunning(botId)
    return canTellAdministrators(opened.channel) ? opened.channel.isAdministrator(chat, personId) : undefined
  }
}

function notRunning(botId: string): PlatformError {
  const description = `the bot ${botId} does not run`
  return new PlatformError({ platform: 'portico', code: 'not_running', kind: 'transient', description })
}
