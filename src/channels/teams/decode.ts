import { createHash } from 'node:crypto'
import type { ChatAddress, InboundMessage } from '../channel.ts'
import { fieldsOf, isRecord, listOf, type Fields } from '../../lib/json.ts'
import { textOf } from '../lenient-shape.ts'
import { readFiles } from './files.ts'

/** A message of Teams holds 28 KB; longer texts come from somebody who is not to be believed. */
const maxTextLength = 65_536
/** How much of what is malformed is kept for people to look at. */
const maxRawLength = 4_000

export type Decoded =
  | { kind: 'message'; message: InboundMessage; botId: string }
  /** Understood, and none of our business: bots, reactions, deletions, kinds to come. */
  | { kind: 'passed_over' }
  | { kind: 'malformed'; key: string; raw: string; reason: string }

/**
 * Decodes one activity whose token was checked. Pure; never throws.
 * https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference#activity-object
 */
export function decodeActivity(raw: unknown): Decoded {
  if (!isRecord(raw)) return malformed(raw, 'no activity')
  if (raw['channelId'] !== 'msteams') return { kind: 'passed_over' }
  const kind = kindOf(raw)
  if (kind === undefined) return { kind: 'passed_over' }
  const envelope = readEnvelope(raw)
  if (typeof envelope === 'string') return malformed(raw, envelope)
  const { from, botId, address, isPrivate } = envelope
  if (from.id === botId || from.id.startsWith('28:') || from.isBot) return { kind: 'passed_over' }
  const spoken = kind === 'joined' ? { text: '', isToUs: true } : readText(raw, botId)
  if (spoken === undefined) return malformed(raw, 'a text that is no text')
  if (spoken.text.length > maxTextLength) return malformed(raw, 'text too long')
  const files = kind === 'joined' ? [] : readFiles(raw)
  if (kind !== 'joined' && spoken.text === '' && files.length === 0 && !spoken.isToUs)
    return { kind: 'passed_over' }
  const message: InboundMessage = {
    key: `${address.chatId}/${envelope.id}${kind === 'edit' ? `/${envelope.sentAt}` : ''}`,
    kind,
    chat: address,
    sender: { tenantId: envelope.tenantId, id: from.aadObjectId ?? from.id, name: from.name },
    ...(envelope.space !== undefined && { space: envelope.space }),
    messageId: envelope.id,
    text: spoken.text,
    addressed: isPrivate || spoken.isToUs,
    files,
    sentAt: envelope.sentAt,
  }
  return { kind: 'message', message, botId }
}

function kindOf(activity: Fields): InboundMessage['kind'] | undefined {
  const { type, name, action } = activity
  if (type === 'message') return 'message'
  if (type === 'invoke') return name === 'adaptiveCard/action' ? 'message' : undefined
  if (type === 'messageUpdate')
    return fieldsOf(activity['channelData'])['eventType'] === 'editMessage' ? 'edit' : undefined
  if (type === 'installationUpdate')
    return action === 'add' || action === 'add-upgrade' ? 'joined' : undefined
  if (type !== 'conversationUpdate') return undefined
  const botId = fieldsOf(activity['recipient'])['id']
  const isBotAdded = listOf(activity['membersAdded']).some((member) => fieldsOf(member)['id'] === botId)
  return isBotAdded && typeof botId === 'string' ? 'joined' : undefined
}

interface Envelope {
  id: string
  sentAt: number
  from: { id: string; aadObjectId?: string; name: string; isBot: boolean }
  botId: string
  tenantId: string
  space?: string
  address: ChatAddress
  isPrivate: boolean
}

/** The fields that every activity has, or what is wrong with them. */
function readEnvelope(activity: Fields): Envelope | string {
  const conversation = fieldsOf(activity['conversation'])
  const from = fieldsOf(activity['from'])
  const channelData = fieldsOf(activity['channelData'])
  const id = idOf(activity['id'])
  const conversationId = idOf(conversation['id'])
  const fromId = idOf(from['id'])
  const botId = idOf(fieldsOf(activity['recipient'])['id'])
  const sentAt = Date.parse(textOf(activity['timestamp']) ?? '')
  if (id === undefined) return 'an activity without an id'
  if (conversationId === undefined) return 'an activity without a conversation'
  if (fromId === undefined || botId === undefined) return 'an activity without a sender or recipient'
  if (Number.isNaN(sentAt)) return 'an activity without a time'
  const aadObjectId = idOf(from['aadObjectId'])
  const space = idOf(fieldsOf(channelData['team'])['id'])
  const type = conversation['conversationType']
  const isPrivate = type === 'personal'
  if (!isPrivate && type !== 'groupChat' && type !== 'channel') return 'a conversation of an unknown type'
  const [chatId = '', topicId] = conversationId.split(';messageid=')
  return {
    id,
    sentAt,
    from: {
      id: fromId,
      ...(aadObjectId !== undefined && { aadObjectId }),
      name: textOf(from['name'])?.slice(0, 255) ?? 'Teams user',
      isBot: from['role'] === 'bot',
    },
    botId,
    tenantId: idOf(fieldsOf(channelData['tenant'])['id']) ?? idOf(conversation['tenantId']) ?? '',
    ...(space !== undefined && { space }),
    address: {
      chatId,
      kind: isPrivate ? 'private' : 'group',
      ...(topicId !== undefined && { topicId }),
      ...(!isPrivate && { replyTo: id }),
    },
    isPrivate,
  }
}

function idOf(value: unknown): string | undefined {
  return typeof value === 'string' && /^[^\s\p{C}]{1,500}$/u.test(value) ? value : undefined
}

/** Takes the address to the bot off and spells other mentions; a pressed button says its value. */
function readText(activity: Fields, botId: string): { text: string; isToUs: boolean } | undefined {
  const pressed = valueOf(activity)
  if (pressed !== undefined) return { text: pressed, isToUs: true }
  const { text: written = '' } = activity
  if (typeof written !== 'string') return undefined
  let text = written
  let isToUs = false
  for (const entity of listOf(activity['entities']).map(fieldsOf)) {
    const spelled = textOf(entity['text'])
    const mentioned = fieldsOf(entity['mentioned'])
    if (entity['type'] !== 'mention' || spelled === undefined) continue
    const isUs = mentioned['id'] === botId
    isToUs ||= isUs
    const name = textOf(mentioned['name'])?.slice(0, 255) ?? spelled
    // One entity stands for one mention.
    text = text.replace(spelled, () => (isUs ? '' : `@${name}`))
  }
  return { text: text.replace(/&nbsp;|\u00a0/g, ' ').trim(), isToUs }
}

/** What a button of ours says, by `messageBack`, `Action.Submit` or `Action.Execute`. */
function valueOf(activity: Fields): string | undefined {
  const value = fieldsOf(activity['value'])
  const data = activity['type'] === 'invoke' ? fieldsOf(fieldsOf(value['action'])['data']) : value
  return textOf(data['portico'])
}

function malformed(raw: unknown, reason: string): Decoded {
  const text = (typeof raw === 'string' ? raw : JSON.stringify(raw)).slice(0, maxRawLength)
  return {
    kind: 'malformed',
    key: `malformed ${createHash('sha256').update(text).digest('hex')}`,
    raw: text,
    reason,
  }
}

/** A body that is no JSON. */
export function unreadable(text: string): Decoded {
  return malformed(text, 'not JSON')
}
