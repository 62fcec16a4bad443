import type { GithubApi } from './api.ts'
import { nonsense } from './errors.ts'
import type { Place } from './place.ts'
import { isRecord, listOf, type Fields } from '../../lib/json.ts'

/** Discussions exist in GraphQL only: https://docs.github.com/en/graphql/guides/using-the-graphql-api-for-discussions */
const thread = `query Thread($id: ID!) {
  node(id: $id) { ... on DiscussionComment { id replyTo { id } discussion { id } } ... on Discussion { id } }
}`

const discussion = `query Discussion($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) { discussion(number: $number) { id } }
}`

const post = `mutation Post($discussionId: ID!, $replyToId: ID, $body: String!) {
  addDiscussionComment(input: { discussionId: $discussionId, replyToId: $replyToId, body: $body }) {
    comment { id }
  }
}`

const newest = `query Newest($id: ID!) {
  node(id: $id) {
    ... on Discussion { comments(last: 100) { nodes { id body viewerDidAuthor } } }
    ... on DiscussionComment { replies(last: 100) { nodes { id body viewerDidAuthor } } }
  }
}`

/** Where a comment goes: beneath another one, or beneath the discussion itself. */
export interface DiscussionThread {
  discussionId: string
  replyToId?: string
}

/** Threads have one level: an answer to a reply stands beside it. */
export async function findThread(
  api: GithubApi,
  installation: number,
  place: Place,
  replyTo: string | undefined,
): Promise<DiscussionThread> {
  if (replyTo !== undefined) {
    const node = child(await api.graphql(installation, thread, { id: replyTo }), 'node')
    const parent = isRecord(node['discussion']) ? idOf(node['discussion']) : undefined
    if (parent === undefined) return { discussionId: idOf(node) }
    return { discussionId: parent, replyToId: idOf(isRecord(node['replyTo']) ? node['replyTo'] : node) }
  }
  const { owner, repository: name, number } = place
  const data = await api.graphql(installation, discussion, { owner, name, number })
  return { discussionId: idOf(child(child(data, 'repository'), 'discussion')) }
}

export async function postToThread(
  api: GithubApi,
  installation: number,
  to: DiscussionThread,
  body: string,
): Promise<string> {
  const data = await api.graphql(installation, post, { ...to, body })
  return idOf(child(child(data, 'addDiscussionComment'), 'comment'))
}

/** The comment of ours that ends with this text, among the newest. */
export async function findInThread(
  api: GithubApi,
  installation: number,
  { discussionId, replyToId }: DiscussionThread,
  ending: string,
): Promise<string | undefined> {
  const node = child(await api.graphql(installation, newest, { id: replyToId ?? discussionId }), 'node')
  const comments = child(node, replyToId === undefined ? 'comments' : 'replies')
  const found = listOf(comments['nodes']).find(
    (comment) =>
      isRecord(comment) && comment['viewerDidAuthor'] === true && String(comment['body']).endsWith(ending),
  )
  return isRecord(found) ? idOf(found) : undefined
}

function child(parent: Fields, name: string): Fields {
  const value = parent[name]
  if (isRecord(value)) return value
  throw nonsense(`the answer has no ${name}`)
}

function idOf({ id }: Fields): string {
  if (typeof id === 'string') return id
  throw nonsense('the answer has no id')
}
