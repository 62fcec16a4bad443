import type { ChannelMemory, InboundBatch, WebhookRequest, WebhookVerdict } from '../channel.ts'
import { decodeActivity, unreadable, type Decoded } from './decode.ts'
import { fieldsOf } from '../../lib/json.ts'
import { textOf } from '../lenient-shape.ts'
import { isServiceHost } from './hosts.ts'
import { readReference, referenceKeyOf, storedReferenceOf } from './references.ts'
import type { TeamsSettings } from './settings.ts'
import type { TokenCheck, TokenClaims } from './token-check.ts'

const maxBodyBytes = 1024 * 1024
/** Adding a bot is told twice, by `installationUpdate` and by `conversationUpdate`. */
const sameJoinMs = 60_000

/**
 * Judges one request of the Bot Connector: the token first, then whether the activity says what the token says.
 * The token signs no body (the protocol has nothing that does); it names the platform's address, which our answers
 * go to, so that a stolen answer address is not believed.
 */
export async function judge(
  settings: TeamsSettings,
  tokenCheck: TokenCheck,
  memory: Pick<ChannelMemory, 'read'>,
  request: WebhookRequest,
): Promise<WebhookVerdict> {
  if (request.method !== 'POST') return refused(400, 'not a POST')
  if (request.body.byteLength > maxBodyBytes) return refused(400, 'the body is too large')
  const claims = await tokenCheck.check(request.headers['authorization'])
  if ('refused' in claims) return refused(401, claims.refused)
  const text = new TextDecoder().decode(request.body)
  let activity: unknown
  try {
    activity = JSON.parse(text)
  } catch {
    return { kind: 'accept', batch: malformedBatch(unreadable(text)) }
  }
  const difference = differenceOf(activity, claims, settings)
  if (difference !== undefined) return refused(401, difference)
  const batch = await batchOf(activity, memory)
  return { kind: 'accept', batch, ...answerOf(activity) }
}

/** What the activity says otherwise than the token. */
function differenceOf(activity: unknown, claims: TokenClaims, settings: TeamsSettings): string | undefined {
  const { serviceUrl, channelId } = fieldsOf(activity)
  if (typeof channelId !== 'string' || !claims.endorsements.includes(channelId))
    return 'the key may not speak for this platform'
  if (typeof serviceUrl !== 'string' || withoutSlash(serviceUrl) !== withoutSlash(claims.serviceUrl))
    return 'the token is for another service address'
  return isServiceHost(serviceUrl, settings) ? undefined : 'the service address is not one of Microsoft'
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '').toLowerCase()
}

async function batchOf(activity: unknown, memory: Pick<ChannelMemory, 'read'>): Promise<InboundBatch> {
  const decoded = decodeActivity(activity)
  if (decoded.kind === 'malformed') return malformedBatch(decoded)
  if (decoded.kind === 'passed_over') return { messages: [] }
  const { message, botId } = decoded
  const serviceUrl = textOf(fieldsOf(activity)['serviceUrl']) ?? ''
  const known = await readReference(memory, message.chat.chatId)
  const isSameJoin =
    message.kind === 'joined' &&
    known?.joinedAt !== undefined &&
    Math.abs(message.sentAt - known.joinedAt) < sameJoinMs
  const joinedAt = message.kind === 'joined' && !isSameJoin ? message.sentAt : known?.joinedAt
  const isNew = known?.serviceUrl !== serviceUrl || known.botId !== botId || known.joinedAt !== joinedAt
  const reference = storedReferenceOf({ serviceUrl, botId, ...(joinedAt !== undefined && { joinedAt }) })
  return {
    messages: isSameJoin ? [] : [message],
    ...(isNew && { memory: { [referenceKeyOf(message.chat.chatId)]: reference } }),
  }
}

function malformedBatch(decoded: Decoded): InboundBatch {
  if (decoded.kind !== 'malformed') return { messages: [] }
  const { key, raw, reason } = decoded
  return { messages: [], malformed: [{ key, raw, reason }] }
}

/** An invoke waits for an answer; a button that was pressed gets an empty word, so that the card stays. */
function answerOf(activity: unknown): { contentType?: string; body?: string } {
  if (fieldsOf(activity)['type'] !== 'invoke') return {}
  const answer = { statusCode: 200, type: 'application/vnd.microsoft.activity.message', value: 'OK' }
  return { contentType: 'application/json', body: JSON.stringify(answer) }
}

function refused(status: 400 | 401 | 403, reason: string): WebhookVerdict {
  return { kind: 'refused', status, reason }
}
