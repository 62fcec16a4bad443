import type { ChatAddress, InboundBatch, InboundMessage } from '../channel.ts'
import { discussionTopic, isFullName, threadTopic } from './place.ts'
import { isRecord, listOf, type Fields } from '../../lib/json.ts'
import { fieldsOf, numberOf, ShapeError, textOf, textOrEmpty, timeOf } from '../shape.ts'
import { readSpoken } from './spoken.ts'

/** Who the app is, as far as decoding needs it. */
export interface AppAccount {
  id: number
  slug: string
  name: string
}

export type Decoded =
  | { kind: 'message'; message: InboundMessage; repository: string; installation: number | undefined }
  /** Understood, and none of our business: other events and actions, bots, what nobody wrote. */
  | { kind: 'passed_over' }
  | { kind: 'malformed'; reason: string }

/** GitHub's bodies hold 65,536 characters, which can take four times as many units with emoji. */
const maxBodyLength = 262_144
const maxNameLength = 255
const maxNodeIdLength = 200

/** Which thing of the payload was written, where it stands, and in which topic its conversation is. */
interface Written {
  key: string
  thing: Fields
  /** The issue, pull request or discussion. */
  stands: Fields
  text: string
  at: number
  topicId?: string
  /** The actor gave the thing to the app, by a label or as an assignee. */
  isGiven?: boolean
}

type Reader = (payload: Fields) => Written

/** By event and action: https://docs.github.com/en/webhooks/webhook-events-and-payloads */
const readers: Readonly<Record<string, Reader>> = {
  'issue_comment.created': (payload) => comment(payload, 'issue_comment', 'issue'),
  'issues.opened': (payload) => opened(payload, 'issue'),
  'issues.labeled': (payload) => opened(payload, 'issue'),
  'issues.assigned': (payload) => opened(payload, 'issue'),
  'pull_request.opened': (payload) => opened(payload, 'pull_request'),
  'pull_request.labeled': (payload) => opened(payload, 'pull_request'),
  'pull_request.assigned': (payload) => opened(payload, 'pull_request'),
  'pull_request_review_comment.created': (payload) => {
    const written = comment(payload, 'review_comment', 'pull_request')
    const isReply = typeof written.thing['in_reply_to_id'] === 'number'
    return { ...written, topicId: threadTopic(numberOf(written.thing, isReply ? 'in_reply_to_id' : 'id')) }
  },
  'pull_request_review.submitted': (payload) => {
    const thing = fieldsOf(payload, 'review')
    return {
      key: `review:${numberOf(thing, 'id')}`,
      thing,
      stands: fieldsOf(payload, 'pull_request'),
      text: textOrEmpty(thing, 'body', maxBodyLength),
      at: timeOf(thing, 'submitted_at'),
    }
  },
  'discussion.created': (payload) => ({ ...opened(payload, 'discussion'), topicId: discussionTopic }),
  'discussion_comment.created': (payload) => ({
    ...comment(payload, 'discussion_comment', 'discussion'),
    topicId: discussionTopic,
  }),
}

function comment(payload: Fields, key: string, stands: string): Written {
  const thing = fieldsOf(payload, 'comment')
  return {
    key: `${key}:${numberOf(thing, 'id')}`,
    thing,
    stands: fieldsOf(payload, stands),
    text: textOrEmpty(thing, 'body', maxBodyLength),
    at: timeOf(thing, 'created_at'),
  }
}

function opened(payload: Fields, name: string): Written {
  const thing = fieldsOf(payload, name)
  const text = [textOf(thing, 'title', 1024), textOrEmpty(thing, 'body', maxBodyLength)]
  return {
    key: `${name}:${numberOf(thing, 'id')}`,
    thing,
    stands: thing,
    text: text.filter((part) => part !== '').join('\n\n'),
    at: timeOf(thing, 'created_at'),
  }
}

/** Decodes one verified delivery. Pure; never throws. */
export function decodeEvent(event: string, payload: unknown, app: AppAccount, tenantId: string): Decoded {
  if (!isRecord(payload)) return { kind: 'malformed', reason: 'the payload is not an object' }
  const action = payload['action']
  const name = `${event}.${typeof action === 'string' ? action : ''}`
  const reader = Object.hasOwn(readers, name) ? readers[name] : undefined
  if (reader === undefined) return { kind: 'passed_over' }
  try {
    return decode(payload, reader(payload), name, { app, tenantId })
  } catch (error) {
    if (error instanceof ShapeError) return { kind: 'malformed', reason: `${name}: ${error.message}` }
    throw error
  }
}

function decode(
  payload: Fields,
  written: Written,
  name: string,
  { app, tenantId }: { app: AppAccount; tenantId: string },
): Decoded {
  // Who acted: GitHub vouches for `sender`; what the thing says about its author may be another person.
  const sender = fieldsOf(payload, 'sender')
  const author = isRecord(written.thing['user']) ? written.thing['user'] : sender
  const isHandedOver = /\.(labeled|assigned)$/.test(name)
  const isOurs = isByApp(written.thing, app)
  if (isOurs || !isPerson(sender) || !(isHandedOver || isPerson(author))) return { kind: 'passed_over' }
  const isGiven = isHandedOver ? isThisGiven(payload, app) : hasOurLabel(written.thing, app)
  if (isHandedOver && !isGiven) return { kind: 'passed_over' }
  const { text, toUs } = readSpoken(written.text, app.slug)
  if (text === '' && !toUs) return { kind: 'passed_over' }
  const addressed = toUs || isGiven
  const repository = textOf(fieldsOf(payload, 'repository'), 'full_name', maxNameLength)
  if (!isFullName(repository)) throw new ShapeError('full_name is not one')
  const messageId = textOf(written.thing, 'node_id', maxNodeIdLength)
  const chat: ChatAddress = {
    chatId: `${repository}#${numberOf(written.stands, 'number')}`,
    // Anybody who sees the repository reads along.
    kind: 'group',
    ...(written.topicId === undefined ? {} : { topicId: written.topicId }),
    replyTo: messageId,
  }
  const login = textOf(sender, 'login', maxNameLength)
  return {
    kind: 'message',
    repository,
    installation: installationOf(payload),
    message: {
      // An issue that is opened with a mention and labeled in one go asks once, and one that only was opened can ask later.
      key: addressed ? written.key : `${written.key}:aside`,
      kind: 'message',
      chat,
      sender: { tenantId, id: String(numberOf(sender, 'id')), name: login, username: login },
      space: repository,
      messageId,
      text,
      addressed,
      files: [],
      sentAt: written.at,
    },
  }
}

function isPerson(account: Fields): boolean {
  return account['type'] === 'User' && !textOf(account, 'login', maxNameLength).endsWith('[bot]')
}

/** Written with a token that the app got for a person. */
function isByApp(thing: Fields, app: AppAccount): boolean {
  const through = thing['performed_via_github_app']
  return isRecord(through) && through['id'] === app.id
}

function isThisGiven(payload: Fields, app: AppAccount): boolean {
  const { label, assignee } = payload
  return isOurName(label, 'name', app) || isOurName(assignee, 'login', app)
}

function hasOurLabel(thing: Fields, app: AppAccount): boolean {
  return (
    listOf(thing['labels']).some((label) => isOurName(label, 'name', app)) ||
    listOf(thing['assignees']).some((assignee) => isOurName(assignee, 'login', app))
  )
}

function isOurName(value: unknown, field: string, { slug }: AppAccount): boolean {
  const name = isRecord(value) ? value[field] : undefined
  return typeof name === 'string' && [slug, `${slug}[bot]`].includes(name.toLowerCase())
}

function installationOf(payload: Fields): number | undefined {
  const { installation } = payload
  return isRecord(installation) ? numberOf(installation, 'id') : undefined
}

/** Installations by repository, to answer there without asking which one it is. */
export function installationKey(repository: string): string {
  return `installation ${repository.toLowerCase()}`
}

const maxRawLength = 4_000

/** What a delivery brings. `raw` is its body, kept in part when it could not be understood. */
export function batchOf(decoded: Decoded, delivery: string, raw: string): InboundBatch {
  if (decoded.kind === 'passed_over') return { messages: [] }
  if (decoded.kind === 'malformed') {
    const { reason } = decoded
    return { messages: [], malformed: [{ key: delivery, raw: raw.slice(0, maxRawLength), reason }] }
  }
  const { message, repository, installation } = decoded
  return {
    messages: [message],
    ...(installation === undefined ? {} : { memory: { [installationKey(repository)]: installation } }),
  }
}
