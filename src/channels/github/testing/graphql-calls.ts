import type { Reply } from './app-calls.ts'
import { checkedBody } from './repository-calls.ts'
import { Refusal } from './refusal.ts'
import type { Comment, Item, SimulatedApp, World } from './world.ts'

type Variables = Readonly<Record<string, unknown>>

/** The few operations of https://docs.github.com/en/graphql that the channel needs, told apart by their fields. */
export function answerGraphql(world: World, app: SimulatedApp, body: unknown): Reply {
  const { query, variables = {} } = body as { query?: unknown; variables?: Variables }
  if (typeof query !== 'string')
    throw new Refusal(400, 'A query attribute must be specified and must be a string.')
  const operation = Object.keys(operations).find((field) => query.includes(`${field}(`))
  if (operation === undefined) return refused('undefinedField', 'No such field')
  const data = operations[operation]?.(world, app, variables)
  return data === undefined
    ? refused('NOT_FOUND', `Could not resolve to a node with the global id of '${String(variables['id'])}'`)
    : { status: 200, body: { data } }
}

function refused(type: string, message: string): Reply {
  return { status: 200, body: { data: null, errors: [{ type, message }] } }
}

const operations: Record<
  string,
  (world: World, app: SimulatedApp, variables: Variables) => object | undefined
> = {
  addReaction: (world, app, { id }) => react(world, id, (eyes) => eyes.add(app.account.login)),
  removeReaction: (world, app, { id }) => react(world, id, (eyes) => eyes.delete(app.account.login)),

  addDiscussionComment(world, app, { discussionId, replyToId, body }) {
    const item = world.node(String(discussionId))
    if (item === undefined || !isItem(item)) return undefined
    const parent = item.comments.find(({ nodeId }) => nodeId === replyToId)
    if (parent?.parent !== undefined) return undefined
    const comment = world.addComment(item.comments, app.account, checkedBody({ body }), parent)
    return { addDiscussionComment: { comment: { id: comment.nodeId } } }
  },

  discussion(world, _, { owner, name, number }) {
    const item = world.item(`${String(owner)}/${String(name)}`, Number(number))
    return item?.kind === 'discussion' ? { repository: { discussion: { id: item.nodeId } } } : undefined
  },

  comments: (world, app, variables) => node(world, app, variables),
  node: (world, app, variables) => node(world, app, variables),
}

function react(world: World, id: unknown, change: (eyes: Set<string>) => unknown): object | undefined {
  const found = world.node(String(id))
  if (found === undefined) return undefined
  change(found.eyes)
  return { reaction: { content: 'EYES' } }
}

function node(world: World, app: SimulatedApp, { id }: Variables): object | undefined {
  const found = world.node(String(id))
  if (found === undefined) return undefined
  const show = (list: Comment[]) => ({
    nodes: list.map((comment) => ({
      id: comment.nodeId,
      body: comment.body,
      viewerDidAuthor: comment.user.login === app.account.login,
    })),
  })
  if (isItem(found)) {
    const comments = show(found.comments.filter(({ parent }) => parent === undefined))
    return { node: { id: found.nodeId, comments } }
  }
  const item = world.items.find(({ comments }) => comments.includes(found))
  const replies = show(item?.comments.filter(({ parent }) => parent === found) ?? [])
  return {
    node: {
      id: found.nodeId,
      replyTo: found.parent === undefined ? null : { id: found.parent.nodeId },
      discussion: { id: item?.nodeId },
      replies,
    },
  }
}

function isItem(found: Item | Comment): found is Item {
  return 'comments' in found
}
