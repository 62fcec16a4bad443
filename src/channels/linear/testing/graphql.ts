import { randomUUID } from 'node:crypto'
import type { Activity, SimulatedApp, World } from './world.ts'

type Variables = Readonly<Record<string, unknown>>

/** An answer with errors; `type` and `code` as Linear writes them into `extensions`. */
export class Refusal extends Error {
  readonly type: string
  readonly code: string
  readonly status: number
  readonly headers: Readonly<Record<string, string>>

  constructor(
    type: string,
    code: string,
    message: string,
    more: { status?: number; headers?: Record<string, string> } = {},
  ) {
    super(message)
    this.type = type
    this.code = code
    this.status = more.status ?? 200
    this.headers = more.headers ?? {}
  }
}

export const unauthenticated = () =>
  new Refusal('authentication error', 'AUTHENTICATION_ERROR', 'Authentication required, not authenticated', {
    status: 401,
  })
export const rateLimited = () =>
  new Refusal('ratelimited', 'RATELIMITED', 'Rate limit exceeded', {
    status: 400,
    headers: { 'retry-after': '35' },
  })
const notFound = (what: string) => new Refusal('invalid input', 'INPUT_ERROR', `Entity not found: ${what}`)
const invalid = (message: string) => new Refusal('invalid input', 'INPUT_ERROR', message, { status: 400 })

/** Whether this asks to write something that people see and that stays. */
export function isSend(body: unknown): boolean {
  const { query, variables } = body as { query?: string; variables?: { input?: { ephemeral?: boolean } } }
  return /agentActivityCreate|commentCreate/.test(query ?? '') && variables?.input?.ephemeral !== true
}

/** The operations of https://linear.app/developers/graphql that the channel and the SDK's judge need. */
export function answerGraphql(world: World, app: SimulatedApp, body: unknown): object {
  const { query = '', variables = {} } = body as { query?: string; variables?: Variables }
  const operation = Object.keys(operations).find((field) => new RegExp(`\\b${field}\\b\\s*[({]`).test(query))
  if (operation === undefined) throw invalid('Cannot query field')
  return operations[operation]!(world, app, variables)
}

const operations: Record<string, (world: World, app: SimulatedApp, variables: Variables) => object> = {
  agentActivityCreate(world, app, { input }) {
    const fields = input as Record<string, unknown>
    const session = world.sessions.find(({ id }) => id === fields['agentSessionId'])
    if (session?.app !== app) throw notFound('AgentSession')
    const activity = activityOf(fields)
    if (world.activityIds.has(activity.id)) throw invalid('conflict on insert of AgentActivity')
    world.addActivity(session, activity)
    return { agentActivityCreate: { success: true, lastSyncId: 1, agentActivity: { id: activity.id } } }
  },

  commentCreate(world, _, { input }) {
    const { id = randomUUID(), issueId, parentId, body } = input as Record<string, string | undefined>
    const issue = world.issues.find((one) => one.id === issueId)
    if (issue === undefined || (parentId !== undefined && !issue.comments.some((one) => one.id === parentId)))
      throw notFound('Issue')
    if (issue.comments.some((one) => one.id === id)) throw invalid('conflict on insert of Comment')
    issue.comments.push({ id, parentId, body: body ?? '' })
    return { commentCreate: { success: true, lastSyncId: 1, comment: { id } } }
  },

  agentActivity(world, _, { id }) {
    const session = world.sessions.find(({ activities }) => activities.some((one) => one.id === id))
    if (session === undefined) throw notFound('AgentActivity')
    return { agentActivity: { id, agentSession: { id: session.id } } }
  },

  comment(world, _, { id }) {
    if (!world.issues.some(({ comments }) => comments.some((one) => one.id === id))) throw notFound('Comment')
    return { comment: { id } }
  },

  viewer: ({ organization }, { id, name, displayName, supportsAgentSessions }) => ({
    viewer: { id, name, displayName, supportsAgentSessions, app: true, active: true, isMe: true },
    organization,
  }),
}

const types = new Set(['thought', 'action', 'elicitation', 'response', 'error'])

/** https://linear.app/developers/agent-interaction#activity-content-payload */
function activityOf(input: Record<string, unknown>): Activity {
  const { id = randomUUID(), content, ephemeral = false, signal, signalMetadata } = input
  const { type, body } = content as { type?: unknown; body?: unknown }
  if (typeof type !== 'string' || !types.has(type))
    throw invalid('content.type must be a valid activity type')
  if (typeof body !== 'string' || body === '') throw invalid('content.body should not be empty')
  if (
    typeof id !== 'string' ||
    !/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id)
  )
    throw invalid('id must be a UUID')
  if (ephemeral === true && type !== 'thought' && type !== 'action')
    throw invalid('Only thoughts and actions can be ephemeral')
  const { options = [] } = (signalMetadata ?? {}) as { options?: Activity['options'] }
  return {
    id,
    content: { type, body },
    ephemeral: ephemeral === true,
    options: signal === 'select' && type === 'elicitation' ? options : [],
    ...(typeof signal === 'string' ? { signal } : {}),
  }
}
