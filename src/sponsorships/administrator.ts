import type { ChatAddress } from '../channels/channel.ts'
import { NetworkError, PlatformError } from '../lib/errors.ts'
import { sponsorshipErrors } from './errors.ts'

/** `untold`: the platform does not say who administers its groups. */
export type Standing = 'administrator' | 'untold' | 'none'

/** Asks a bot's platform; undefined where it cannot tell. Throws PlatformError or NetworkError. */
export type AskAdministrator = (
  botId: string,
  chat: ChatAddress,
  personId: string,
) => Promise<boolean | undefined>

/**
 * How a person, known by one or more accounts, stands to a group. A group that the bot cannot see has no
 * administrators. Throws `group_administrator_unknown` when the platform does not answer.
 */
export async function standingIn(
  ask: AskAdministrator,
  group: { botId: string; chat: ChatAddress },
  personIds: readonly string[],
): Promise<Standing> {
  const answers: (boolean | undefined)[] = []
  for (const personId of personIds) answers.push(await answerOf(ask, group, personId))
  if (answers.includes(true)) return 'administrator'
  return answers.includes(undefined) ? 'untold' : 'none'
}

async function answerOf(
  ask: AskAdministrator,
  { botId, chat }: { botId: string; chat: ChatAddress },
  personId: string,
): Promise<boolean | undefined> {
  try {
    return await ask(botId, chat, personId)
  } catch (error) {
    if (error instanceof PlatformError && (error.kind === 'gone' || error.kind === 'invalid')) return false
    if (error instanceof PlatformError || error instanceof NetworkError)
      throw sponsorshipErrors.group_administrator_unknown({ cause: error })
    throw error
  }
}
