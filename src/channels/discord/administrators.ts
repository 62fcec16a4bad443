import type { CanTellAdministrators } from '../channel.ts'
import type { DiscordApi } from './api.ts'
import { refusal } from './errors.ts'
import { isSnowflake, listOf, optionalId, type Fields } from './fields.ts'

/** https://docs.discord.com/developers/topics/permissions: ADMINISTRATOR and MANAGE_GUILD. */
const deciding = (1n << 3n) | (1n << 5n)

/** The owner of the channel's server, and members whose roles let them administer or manage it. */
export function createAdministrators(api: DiscordApi): CanTellAdministrators {
  const read = (path: string) => api.call('GET', path)
  return {
    async isAdministrator({ chatId }, personId) {
      if (!isSnowflake(chatId) || !isSnowflake(personId))
        throw refusal('reference', 'invalid', 'an id that is not one of Discord')
      const guildId = optionalId(await read(`/channels/${chatId}`), 'guild_id')
      if (guildId === undefined) return false
      const [guild, member] = await Promise.all([
        read(`/guilds/${guildId}`),
        read(`/guilds/${guildId}/members/${personId}`),
      ])
      if (guild['owner_id'] === personId) return true
      const held: unknown[] = Array.isArray(member['roles']) ? member['roles'] : []
      // Everybody has the role that is called as the server.
      return listOf(guild, 'roles').some(
        (role) =>
          (role['id'] === guildId || held.includes(role['id'])) && (permissionsOf(role) & deciding) !== 0n,
      )
    },
  }
}

function permissionsOf({ permissions }: Fields): bigint {
  return typeof permissions === 'string' && /^\d{1,40}$/.test(permissions) ? BigInt(permissions) : 0n
}
