import { addressOf, isDirect, senderOf, type Decoded, type Knowledge } from './knowledge.ts'
import { fieldsOf, idOf, listOf, stampOf, timeOf, wordOf, type Fields } from './shape.ts'

const maxValueLength = 2_000

/** A button that was pressed: https://docs.slack.dev/reference/interaction-payloads/block_actions-payload */
export function decodePress(payload: Fields, known: Knowledge): Decoded {
  if (payload['type'] !== 'block_actions') return { kind: 'passed_over' }
  const [first] = listOf(payload['actions'])
  const action = fieldsOf(first)
  const user = fieldsOf(payload['user'])
  const message = fieldsOf(payload['message'])
  const team = idOf(fieldsOf(payload['team'])?.['id']) ?? idOf(user?.['team_id'])
  const chatId = idOf(fieldsOf(payload['channel'])?.['id'])
  const userId = idOf(user?.['id'])
  const stamp = stampOf(message?.['ts'])
  const at = stampOf(action?.['action_ts'])
  if (action?.['type'] !== 'button') return { kind: 'passed_over' }
  if (!team || !chatId || !userId || !stamp || !at)
    return { kind: 'malformed', reason: 'a pressed button without its place' }
  const value = wordOf(action['value'])
  // Buttons with a link have no value; Slack tells of them all the same.
  if (value === undefined || value.length > maxValueLength) return { kind: 'passed_over' }
  const parent = stampOf(message?.['thread_ts'])
  const isPrivate = isDirect(chatId, undefined)
  const thread = isPrivate && parent === stamp ? undefined : parent
  return {
    kind: 'message',
    message: {
      key: `press:${chatId}:${stamp}:${userId}:${at}`,
      kind: 'message',
      chat: addressOf(chatId, isPrivate ? 'private' : 'group', thread),
      sender: senderOf(idOf(user?.['team_id']) ?? team, userId, known.personOf(team, userId)),
      space: team,
      messageId: stamp,
      text: value,
      addressed: true,
      files: [],
      sentAt: timeOf(at),
    },
  }
}

/** A slash command: https://docs.slack.dev/interactivity/implementing-slash-commands */
export function decodeCommand(payload: Fields, known: Knowledge): Decoded {
  const team = idOf(payload['team_id'])
  const chatId = idOf(payload['channel_id'])
  const userId = idOf(payload['user_id'])
  const command = wordOf(payload['command'])
  const trigger = wordOf(payload['trigger_id'])
  const { text = '' } = payload
  if (!team || !chatId || !userId || !trigger || typeof text !== 'string' || text.length > 10_000)
    return { kind: 'malformed', reason: 'a command without its place' }
  if (command === undefined || !/^\/[^\s/]{1,100}$/.test(command))
    return { kind: 'malformed', reason: 'a command without a name' }
  // Its first part counts seconds and milliseconds: 13345224609.738474920.8088930838d88f008e0
  const madeAt = Number(/^\d{1,12}/.exec(trigger)?.[0])
  return {
    kind: 'message',
    message: {
      key: `command:${trigger.slice(0, 200)}`,
      kind: 'message',
      chat: addressOf(chatId, isDirect(chatId, undefined) ? 'private' : 'group'),
      sender: senderOf(team, userId, known.personOf(team, userId)),
      space: team,
      messageId: '',
      text: `${command} ${text}`.trim(),
      addressed: true,
      files: [],
      sentAt: Number.isFinite(madeAt) ? madeAt * 1000 : 0,
    },
  }
}
