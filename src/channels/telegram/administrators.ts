import type { CanTellAdministrators } from '../channel.ts'
import type { TelegramApi } from './api.ts'
import { follow } from './places.ts'

/** https://core.telegram.org/bots/api#chatmember */
export function createAdministrators(telegram: TelegramApi): CanTellAdministrators {
  return {
    async isAdministrator(chat, personId) {
      const { status } = await follow(chat, (chatId) =>
        telegram.call((api) => api.getChatMember(chatId, Number(personId))),
      )
      return status === 'creator' || status === 'administrator'
    },
  }
}
