import { createHash } from 'node:crypto'
import { PlatformError } from '../../lib/errors.ts'
import type { Button, CanShowTyping, Channel, OutboundMessage } from '../channel.ts'
import { isRecord, type Fields } from '../../lib/json.ts'
import type { LinearApi } from './api.ts'
import { nonsense } from './errors.ts'
import { placeOf, type Place } from './place.ts'

export interface Sender extends Pick<Channel, 'send'>, CanShowTyping {
  /** The first activity of a session, at most once for each and best effort. */
  greet: (session: string) => void
}

const createActivity = `mutation Answer($input: AgentActivityCreateInput!) {
  agentActivityCreate(input: $input) { success agentActivity { id } }
}`
const createComment = `mutation Comment($input: CommentCreateInput!) {
  commentCreate(input: $input) { success comment { id } }
}`
const findActivity = `query Activity($id: String!) { agentActivity(id: $id) { id agentSession { id } } }`
const findComment = `query FindComment($id: String!) { comment(id: $id) { id } }`

const keptGreetings = 1000

/** What goes out to Linear: https://linear.app/developers/agent-interaction#activity-content-payload */
export function createSender(api: LinearApi): Sender {
  /** Thoughts on their way: one that arrived behind its answer would open the session again. */
  const thoughts = new Map<string, Promise<unknown>>()

  const greeted = new Set<string>()

  function think(session: string, id?: string): Promise<unknown> {
    const content = { type: 'thought', body: 'Working on it' }
    const input = { agentSessionId: session, content, ephemeral: true, ...(id === undefined ? {} : { id }) }
    const thought = api.call(createActivity, { input })
    const settled: Promise<unknown> = Promise.allSettled([thought, thoughts.get(session)]).then(() => {
      if (thoughts.get(session) === settled) thoughts.delete(session)
    })
    thoughts.set(session, settled)
    return thought
  }

  return {
    async send(to, message, idempotencyKey) {
      const place = placeOf(to)
      const id = uuidOf(`${to.chatId} ${idempotencyKey}`)
      if ('session' in place) await thoughts.get(place.session)
      try {
        await post(api, place, message, id)
      } catch (error) {
        if (!(await hasArrived(api, place, id, error))) throw error
      }
      return { id }
    },

    async showTyping(to) {
      const place = placeOf(to)
      if ('session' in place) await think(place.session)
    },

    greet(session) {
      // A redelivery must not wake a session that is answered. Another replica's greeting has the same id.
      if (greeted.has(session)) return
      greeted.add(session)
      for (const oldest of greeted) if (greeted.size > keptGreetings) greeted.delete(oldest)
      void think(session, uuidOf(`greeting ${session}`)).catch(() => undefined)
    },
  }
}

async function post(api: LinearApi, place: Place, message: OutboundMessage, id: string): Promise<void> {
  if ('session' in place) {
    const input = { id, agentSessionId: place.session, ...contentOf(message) }
    confirmed((await api.call(createActivity, { input }))['agentActivityCreate'])
  } else {
    const input = { id, issueId: place.issue, parentId: place.comment, body: message.text }
    confirmed((await api.call(createComment, { input }))['commentCreate'])
  }
}

/** A message with choices waits for the person, so it is a question: https://linear.app/developers/agent-signals#select */
function contentOf({ text, buttons = [] }: OutboundMessage) {
  if (buttons.length === 0) return { content: { type: 'response', body: text } }
  const options = buttons.map(({ label, value }: Button) => ({ label, value }))
  return { content: { type: 'elicitation', body: text }, signal: 'select', signalMetadata: { options } }
}

function confirmed(payload: unknown): void {
  if (!isRecord(payload) || payload['success'] !== true) throw nonsense('the answer does not say success')
}

/** An id that is taken is refused. Whether it is by the same message of before, reading it back tells. */
async function hasArrived(api: LinearApi, place: Place, id: string, error: unknown): Promise<boolean> {
  if (!(error instanceof PlatformError && error.kind === 'invalid')) return false
  const isSession = 'session' in place
  try {
    const data: Fields = await api.call(isSession ? findActivity : findComment, { id })
    const found = data[isSession ? 'agentActivity' : 'comment']
    return isRecord(found) && found['id'] === id
  } catch (notFound) {
    if (notFound instanceof PlatformError && ['gone', 'invalid'].includes(notFound.kind)) return false
    throw notFound
  }
}

/** A name as an id: Linear takes UUIDs of version 4 only (RFC 9562, 5.4), so the bits of a hash are dressed as one. */
export function uuidOf(name: string): string {
  const bytes = createHash('sha256').update(name).digest().subarray(0, 16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
