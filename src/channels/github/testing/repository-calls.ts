import type { Call, Reply } from './app-calls.ts'
import { commentJson } from './payloads.ts'
import { notFound, Refusal } from './refusal.ts'
import type { Comment, SimulatedApp, World } from './world.ts'

const maxBodyLength = 65_536

/** Calls about comments, as an installation: https://docs.github.com/en/rest/issues/comments */
export function answerRepository(world: World, app: SimulatedApp, call: Call): Reply {
  const match =
    /^\/repos\/([^/]+\/[^/]+)\/(issues|pulls)\/(\d+)\/comments(?:\/(\d+)\/replies)?$/.exec(call.path) ?? []
  const [, repository = '', kind, number, parentId] = match
  const item = world.item(repository, Number(number))
  if (item === undefined || item.kind === 'discussion') throw notFound()
  if (kind === 'pulls' && item.kind !== 'pull_request') throw notFound()
  const list = kind === 'issues' ? item.comments : item.reviewComments
  if (call.method === 'GET') return { status: 200, body: pageOf(list, call.query).map(commentJson) }
  const parent = parentId === undefined ? undefined : list.find(({ id }) => id === Number(parentId))
  if (call.method !== 'POST' || (kind === 'pulls' && parent === undefined)) throw notFound()
  if (item.isLocked) throw new Refusal(403, 'Unable to create comment because issue is locked.')
  const comment = world.addComment(list, app.account, checkedBody(call.body), parent)
  return { status: 201, body: commentJson(comment) }
}

function pageOf(list: readonly Comment[], query: URLSearchParams): Comment[] {
  const since = Date.parse(query.get('since') ?? '1970-01-01T00:00:00Z')
  const size = Number(query.get('per_page') ?? 30)
  const page = Number(query.get('page') ?? 1)
  return list.filter(({ createdAt }) => Date.parse(createdAt) >= since).slice((page - 1) * size, page * size)
}

export function checkedBody(body: unknown): string {
  const text = typeof body === 'object' && body !== null && 'body' in body ? body.body : undefined
  if (typeof text !== 'string' || text.trim() === '') throw new Refusal(422, 'Validation Failed')
  if (text.length > maxBodyLength)
    throw new Refusal(422, `Validation Failed: body is too long (maximum is ${maxBodyLength} characters)`)
  return text
}
