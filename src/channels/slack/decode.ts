import { filesOf } from './inbound-files.ts'
import { decodeCommand, decodePress } from './interactions.ts'
import { addressOf, isDirect, senderOf, type Decoded, type Knowledge } from './knowledge.ts'
import { mentionsIn, readText } from './read-text.ts'
import { fieldsOf, idOf, listOf, stampOf, timeOf, type Fields } from './shape.ts'

/** Slack cuts a text at 40,000 characters. */
const maxTextLength = 40_000
const passedOver: Decoded = { kind: 'passed_over' }
const spokenSubtypes = new Set(['file_share', 'thread_broadcast', 'me_message', 'message_changed'])

/** Decodes the payload of an envelope. Pure; never throws. */
export function decode(type: string, payload: Fields | undefined, known: Knowledge): Decoded {
  if (payload === undefined) return malformed('no payload')
  if (type === 'interactive') return decodePress(payload, known)
  if (type === 'slash_commands') return decodeCommand(payload, known)
  if (type !== 'events_api') return passedOver
  const event = fieldsOf(payload['event'])
  const teamId = teamOf(payload)
  if (event === undefined || teamId === undefined) return malformed('no event or no team')
  switch (event['type']) {
    case 'message':
    case 'app_mention':
      return decodeMessage(event, teamId, known)
    case 'app_home_opened':
    case 'member_joined_channel':
      return decodeJoin(event, teamId, known)
    default:
      return passedOver
  }
}

/**
 * The workspace whose installation an event is for. In a channel that is shared between companies `team_id` may
 * be the other one (https://docs.slack.dev/apis/slack-connect/using-slack-connect-api).
 */
export function teamOf(payload: Fields): string | undefined {
  const [authorization] = listOf(payload['authorizations'])
  return idOf(fieldsOf(authorization)?.['team_id']) ?? idOf(payload['team_id'])
}

/**
 * Mentions in channels come twice, as `app_mention` and as `message`: the key is made of what both have, and both
 * decode to the same.
 */
function decodeMessage(event: Fields, teamId: string, known: Knowledge): Decoded {
  const { subtype, channel } = event
  if (typeof subtype === 'string' && !spokenSubtypes.has(subtype)) return passedOver
  const isEdit = subtype === 'message_changed'
  const message = isEdit ? fieldsOf(event['message']) : event
  const chatId = idOf(channel)
  const stamp = stampOf(message?.['ts'])
  if (message === undefined || chatId === undefined || stamp === undefined)
    return malformed('a message without channel or ts')
  if (message['bot_id'] !== undefined || message['user'] === 'USLACKBOT') return passedOver
  const edited = isEdit ? editOf(message, fieldsOf(event['previous_message'])) : undefined
  if (isEdit && edited === undefined) return passedOver
  const { text = '', user } = message
  const userId = idOf(user)
  if (userId === undefined) return isEdit ? passedOver : malformed('a message without a user')
  if (typeof text !== 'string' || text.length > maxTextLength) return malformed('a text of a wrong kind')
  const botUser = known.botUserOf(teamId)
  const person = known.personOf(teamId, userId)
  if (userId === botUser || person?.isBot === true) return passedOver
  const spoken = placeOf({ chatId, stamp, text, event, message }, botUser, known)
  return {
    kind: 'message',
    ...(spoken.thread === undefined ? {} : { thread: { chatId, stamp: spoken.thread } }),
    message: {
      key: edited === undefined ? `${chatId}:${stamp}` : `${chatId}:${stamp}:edit:${edited}`,
      kind: isEdit ? 'edit' : 'message',
      chat: spoken.chat,
      sender: senderOf(idOf(message['user_team']) ?? idOf(message['team']) ?? teamId, userId, person),
      space: teamId,
      messageId: stamp,
      text: [
        readText(text, botUser, (id) => known.personOf(teamId, id)?.name),
        ...forwardedIn(message, (id) => known.personOf(teamId, id)?.name),
      ]
        .filter((part) => part !== '')
        .join('\n'),
      addressed: spoken.addressed,
      files: filesOf(message['files'], teamId),
      sentAt: timeOf(edited ?? stamp),
    },
  }
}

/** When the person edited; undefined when only Slack did, for example to show what a link points to. */
function editOf(message: Fields, previous: Fields | undefined): string | undefined {
  const at = stampOf(fieldsOf(message['edited'])?.['ts'])
  return at === fieldsOf(previous?.['edited'])?.['ts'] ? undefined : at
}

interface Spoken {
  chatId: string
  stamp: string
  text: string
  event: Fields
  message: Fields
}

/**
 * Where a message belongs. A mention in a channel opens a thread, and every thread there is a conversation. In a
 * thread where the bot takes part it is spoken to, unless the message mentions somebody else.
 */
function placeOf({ chatId, stamp, text, event, message }: Spoken, bot: string | undefined, known: Knowledge) {
  const parent = stampOf(message['thread_ts'])
  const isReply = parent !== undefined && parent !== stamp
  if (isDirect(chatId, event['channel_type'])) {
    return { chat: addressOf(chatId, 'private', isReply ? parent : undefined), addressed: true }
  }
  const mentions = mentionsIn(text)
  const isMentioned = bot !== undefined && mentions.includes(bot)
  const root = isReply ? parent : stamp
  const takesPart = known.takesPart(chatId, root) || (isReply && message['parent_user_id'] === bot)
  const thread = isReply || isMentioned || takesPart ? root : undefined
  return {
    chat: addressOf(chatId, 'group', thread),
    addressed: isMentioned || (takesPart && mentions.length === 0),
    ...(isMentioned ? { thread: root } : {}),
  }
}

/** Messages that were shared into this one. Unfurled links are attachments too: what they say nobody wrote. */
function forwardedIn(message: Fields, nameOf: (id: string) => string | undefined): string[] {
  return listOf(message['attachments']).flatMap((attachment) => {
    const { is_share, is_msg_unfurl, text } = fieldsOf(attachment) ?? {}
    if ((is_share !== true && is_msg_unfurl !== true) || typeof text !== 'string') return []
    return [readText(text.slice(0, maxTextLength), undefined, nameOf).replace(/^/gm, '> ')]
  })
}

/** A person opened the chat with the bot, or the bot was taken into a channel. */
function decodeJoin(event: Fields, teamId: string, known: Knowledge): Decoded {
  const isHome = event['type'] === 'app_home_opened'
  if (isHome && event['tab'] !== 'messages') return passedOver
  if (!isHome && event['user'] !== known.botUserOf(teamId)) return passedOver
  const chatId = idOf(event['channel'])
  const userId = idOf(isHome ? event['user'] : event['inviter'])
  if (chatId === undefined || userId === undefined) return passedOver
  const stamp = stampOf(event['event_ts'])
  return {
    kind: 'message',
    message: {
      // Opened again and again, it is one arrival.
      key: isHome ? `joined:${chatId}` : `joined:${chatId}:${stamp ?? ''}`,
      kind: 'joined',
      chat: addressOf(chatId, isHome ? 'private' : 'group'),
      sender: senderOf(teamId, userId, known.personOf(teamId, userId)),
      space: teamId,
      messageId: stamp ?? '',
      text: '',
      addressed: isHome,
      files: [],
      sentAt: stamp === undefined ? 0 : timeOf(stamp),
    },
  }
}

function malformed(reason: string): Decoded {
  return { kind: 'malformed', reason }
}
