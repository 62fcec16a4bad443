import type { ChatAddress, InboundMessage } from '../channel.ts'
import { isRecord, type Fields } from '../../lib/json.ts'
import { fieldsOf, ShapeError, textOf, timeOf } from '../shape.ts'
import { withoutMention } from './mention.ts'
import { isUuid } from './place.ts'

/** Who the app is, as far as decoding needs it. */
export interface AppAccount {
  id: string
  organizationId: string
  name: string
  displayName: string
  /** Whether mentions and delegations open agent sessions; otherwise only comments tell of them. */
  supportsAgentSessions: boolean
}

export type Decoded =
  /** `opened`: the session waits for its first activity, which must come within ten seconds. */
  | { kind: 'message'; message: InboundMessage; opened: string | undefined }
  /** Understood, and none of our business. */
  | { kind: 'passed_over' }
  | { kind: 'malformed'; reason: string }

/** Linear's documents are a few hundred kilobytes at most. */
const maxBodyLength = 524_288
const maxNameLength = 255

/** Decodes one verified delivery: https://linear.app/developers/agent-interaction. Pure; never throws. */
export function decodeEvent(payload: Fields, app: AppAccount): Decoded {
  try {
    if (payload['type'] === 'AgentSessionEvent') return decodeSession(payload, app)
    if (payload['type'] === 'Comment' && payload['action'] === 'create') return decodeComment(payload, app)
    return { kind: 'passed_over' }
  } catch (error) {
    if (error instanceof ShapeError) return { kind: 'malformed', reason: error.message }
    throw error
  }
}

function decodeSession(payload: Fields, app: AppAccount): Decoded {
  const session = fieldsOf(payload, 'agentSession')
  const chatId = uuidOf(session, 'id')
  if (payload['appUserId'] !== app.id) return { kind: 'passed_over' }
  if (payload['action'] === 'created') {
    // Sessions that an automation or another agent opened have nobody who asks.
    if (!isRecord(session['creator'])) return { kind: 'passed_over' }
    const message = messageOf(payload, app, {
      key: `session:${chatId}`,
      messageId: chatId,
      user: session['creator'],
      chatId,
      text: askedOf(session, payload, app),
      at: timeOf(session, 'createdAt'),
    })
    return { kind: 'message', message, opened: chatId }
  }
  if (payload['action'] !== 'prompted') return { kind: 'passed_over' }
  const activity = fieldsOf(payload, 'agentActivity')
  const user = fieldsOf(activity, 'user')
  const content = fieldsOf(activity, 'content')
  if (user['id'] === app.id || content['type'] !== 'prompt') return { kind: 'passed_over' }
  const id = uuidOf(activity, 'id')
  const message = messageOf(payload, app, {
    key: `activity:${id}`,
    messageId: id,
    user,
    chatId,
    // https://linear.app/developers/agent-signals#stop
    text:
      activity['signal'] === 'stop' ? '/stop' : withoutMention(textOf(content, 'body', maxBodyLength), app),
    at: timeOf(activity, 'createdAt'),
  })
  return { kind: 'message', message, opened: undefined }
}

/** A mention as a comment, where no session tells of it. */
function decodeComment(payload: Fields, app: AppAccount): Decoded {
  const comment = fieldsOf(payload, 'data')
  const { user, issueId, parentId, botActor } = comment
  const isByPerson = isRecord(user) && user['id'] !== app.id && (botActor ?? undefined) === undefined
  if (app.supportsAgentSessions || !isByPerson || typeof issueId !== 'string') return { kind: 'passed_over' }
  const body = textOf(comment, 'body', maxBodyLength)
  const text = withoutMention(body, app)
  if (text === body.trim()) return { kind: 'passed_over' }
  const id = uuidOf(comment, 'id')
  const thread = typeof parentId === 'string' ? uuidOf(comment, 'parentId') : id
  const message = messageOf(payload, app, {
    key: `comment:${id}`,
    messageId: id,
    user,
    chatId: `${uuidOf(comment, 'issueId')}/${thread}`,
    text,
    at: timeOf(comment, 'createdAt'),
  })
  return { kind: 'message', message, opened: undefined }
}

interface Written {
  key: string
  messageId: string
  user: Fields
  chatId: string
  text: string
  at: number
}

function messageOf(payload: Fields, app: AppAccount, written: Written): InboundMessage {
  // A webhook belongs to one workspace; another one's people would have the same ids for nobody.
  if (payload['organizationId'] !== app.organizationId) throw new ShapeError('organizationId is another one')
  const { key, messageId, user, chatId, text, at } = written
  // Everybody in the team reads along.
  const chat: ChatAddress = { chatId, kind: 'group', replyTo: messageId }
  const name = textOf(user, 'name', maxNameLength)
  return {
    key,
    kind: 'message',
    chat,
    sender: { tenantId: app.organizationId, id: uuidOf(user, 'id'), name, ...usernameOf(user) },
    space: app.organizationId,
    messageId,
    text,
    addressed: true,
    files: [],
    sentAt: at,
  }
}

/** Linear writes this itself where a session was opened without a comment. */
const placeholder = /^This thread is for an agent session\b/i

/**
 * What the person asked: the comment with the mention, if it is theirs; the issue, if it was delegated. A session
 * in somebody else's thread shows only the first comment of it, so there Linear's own summary is taken.
 */
function askedOf(session: Fields, payload: Fields, app: AppAccount): string {
  const { comment, issue, creator } = session
  const body = isRecord(comment) && typeof comment['body'] === 'string' ? comment['body'] : ''
  if (isRecord(comment) && body !== '' && !placeholder.test(body)) {
    const author = comment['userId']
    const isTheirs = typeof author !== 'string' || (isRecord(creator) && author === creator['id'])
    if (isTheirs) return withoutMention(textOf(comment, 'body', maxBodyLength), app)
    if (typeof payload['promptContext'] === 'string') return textOf(payload, 'promptContext', maxBodyLength)
  }
  if (!isRecord(issue)) return ''
  const description = issue['description']
  const title = textOf(issue, 'title', 4096)
  return typeof description === 'string' && description !== ''
    ? `${title}\n\n${textOf(issue, 'description', maxBodyLength)}`
    : title
}

/** Names are anybody's choice; that of the profile belongs to one person of the workspace. */
function usernameOf({ url }: Fields): { username?: string } {
  const [, username] = typeof url === 'string' ? (/\/profiles\/([^/?#\s]{1,255})$/.exec(url) ?? []) : []
  return username === undefined ? {} : { username }
}

function uuidOf(parent: Fields, name: string): string {
  const value = parent[name]
  if (isUuid(value)) return value
  throw new ShapeError(`${name} is not a UUID`)
}
