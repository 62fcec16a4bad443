import type { ChatAddress } from '../channel.ts'
import { groupAddress, identityOf } from './address.ts'
import type { DiscordApi } from './api.ts'
import {
  fieldsOf,
  idOf,
  isFields,
  listOf,
  numberOf,
  optionalId,
  optionalNumber,
  textOf,
  UnreadableError,
  type Fields,
} from './fields.ts'
import { isThread } from './places.ts'
import type { Decoded, Interaction } from './types.ts'

const command = 2
const component = 3
/** A conversation of people among themselves, where the bot is only a tool of one of them. */
const privateChannelContext = 2

/**
 * A slash command becomes `/name text`, a pressed button its value.
 * https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-object
 */
export function decodeInteraction(interaction: Fields): Decoded {
  const type = numberOf(interaction, 'type')
  const isElsewhere = optionalNumber(interaction, 'context') === privateChannelContext
  if ((type !== command && type !== component) || isElsewhere) return { kind: 'passed_over' }
  const id = idOf(interaction, 'id')
  const token = textOf(interaction, 'token')
  const guildId = optionalId(interaction, 'guild_id')
  const { member } = interaction
  const user = fieldsOf(isFields(member) ? member['user'] : interaction['user'], 'user')
  const data = fieldsOf(interaction['data'], 'data')
  const button = type === component ? idOf(fieldsOf(interaction['message'], 'message'), 'id') : undefined
  return {
    kind: 'message',
    message: {
      key: id,
      kind: 'message',
      chat: addressOf(interaction, guildId, button),
      sender: identityOf(user, member),
      ...(guildId === undefined ? {} : { space: guildId }),
      messageId: button ?? id,
      text: button === undefined ? commandText(data) : valueOfButton(data),
      addressed: true,
      files: [],
      sentAt: timeOfSnowflake(id),
    },
    interaction: { id, token, kind: button === undefined ? 'command' : 'button' },
  }
}

/**
 * Tells Discord that an interaction arrived; it wants to know within three seconds, or shows a failure. The answer
 * itself goes as an ordinary message, which may take its time. Best effort: what was replayed late is refused.
 * https://docs.discord.com/developers/interactions/receiving-and-responding#responding-to-an-interaction
 */
export async function acknowledge(api: DiscordApi, { id, token, kind }: Interaction): Promise<void> {
  const notice = { type: 4, data: { content: 'On it.', flags: 64, allowed_mentions: { parse: [] } } }
  const path = `/interactions/${id}/${encodeURIComponent(token)}/callback`
  try {
    await api.request('POST', path, { body: kind === 'button' ? { type: 6 } : notice, auth: false })
  } catch {
    // The message is committed, and the person sees the answer; a failure is shown by Discord itself.
  }
}

function addressOf(
  interaction: Fields,
  guildId: string | undefined,
  replyTo: string | undefined,
): ChatAddress {
  const channel = isFields(interaction['channel']) ? interaction['channel'] : {}
  const channelId = optionalId(interaction, 'channel_id') ?? idOf(channel, 'id')
  if (guildId === undefined) return { chatId: channelId, kind: 'private' }
  const parentId = isThread(optionalNumber(channel, 'type') ?? 0)
    ? optionalId(channel, 'parent_id')
    : undefined
  const place =
    parentId === undefined
      ? { kind: 'channel' as const }
      : { kind: 'thread' as const, parentId, isOurs: true }
  return groupAddress(channelId, place, replyTo)
}

function commandText(data: Fields): string {
  const name = textOf(data, 'name')
  if (!/^[\w-]{1,32}$/.test(name)) throw new UnreadableError('data.name is not the name of a command')
  const values = listOf(data, 'options').map(({ value }) =>
    typeof value === 'string' || typeof value === 'number' ? String(value) : '',
  )
  return [`/${name}`, ...values].join(' ').trim().slice(0, 4_000)
}

/** Buttons carry their place before their value, since no two of a message may be alike (send.ts). */
function valueOfButton(data: Fields): string {
  return textOf(data, 'custom_id')
    .replace(/^\d{1,2}:/, '')
    .slice(0, 100)
}

/** The first 42 bits are the milliseconds since 2015: https://docs.discord.com/developers/reference#snowflakes */
function timeOfSnowflake(id: string): number {
  return Number((BigInt(id) >> 22n) + 1_420_070_400_000n)
}
