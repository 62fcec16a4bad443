import type { CanTellAdministrators } from '../channel.ts'
import { hasCode } from './errors.ts'
import { fieldsOf, type Fields } from './shape.ts'
import type { Workspaces } from './workspaces.ts'

/** Owners and administrators of the workspace, and whoever made the channel. */
export function createAdministrators({ callIn }: Pick<Workspaces, 'callIn'>): CanTellAdministrators {
  return {
    async isAdministrator({ chatId }, personId) {
      const channel = await readChannel(callIn, chatId)
      if (channel?.['creator'] === personId) return true
      // https://docs.slack.dev/reference/objects/user-object
      const user = fieldsOf((await callIn(chatId, 'users.info', { user: personId }))['user'])
      return user?.['is_admin'] === true || user?.['is_owner'] === true
    },
  }
}

/** https://docs.slack.dev/reference/methods/conversations.info; without its scope nobody has made the channel. */
async function readChannel(callIn: Workspaces['callIn'], chatId: string): Promise<Fields | undefined> {
  try {
    return fieldsOf((await callIn(chatId, 'conversations.info', { channel: chatId }))['channel'])
  } catch (error) {
    if (hasCode(error, 'missing_scope')) return undefined
    throw error
  }
}
