import type { CanReact, Channel, ChannelMemory, ChatAddress } from '../channel.ts'
import { parse, type GithubApi } from './api.ts'
import { installationKey, type AppAccount } from './decode.ts'
import { findInThread, findThread, postToThread } from './discussion.ts'
import { nonsense } from './errors.ts'
import { fullNameOf, placeOf, type Place } from './place.ts'
import { enter, markOf, write } from './sent-log.ts'
import { isRecord, listOf } from '../../lib/json.ts'

export interface SenderDependencies {
  api: GithubApi
  memory: ChannelMemory
  app(): Promise<AppAccount>
  now(): number
}

/** Clocks differ, and `since` is by GitHub's. */
const clockSkewMs = 5 * 60_000

/** What goes out to GitHub: https://docs.github.com/en/rest/issues/comments#create-an-issue-comment */
export function createSender(deps: SenderDependencies): Pick<Channel, 'send'> & CanReact {
  return {
    /** Under a key that was used before the comment is looked for, and only written when it is not there. */
    async send(to, message, idempotencyKey) {
      const mark = markOf(idempotencyKey)
      const spot = `${to.chatId} ${to.topicId ?? ''}`
      const thread = await openThread(deps, to)
      const before = await enter(deps.memory, spot, mark, deps.now())
      const known = before && (before.comment ?? (await thread.find(endingOf(mark), before.at - clockSkewMs)))
      const comment = known ?? (await thread.post(message.text + endingOf(mark)))
      if (before?.comment === undefined) await write(deps.memory, spot, { mark, at: deps.now(), comment })
      return { comment }
    },

    async react(to, messageId, reaction) {
      const installation = await installationOf(deps, placeOf(to))
      await deps.api.graphql(installation, reaction === undefined ? takeEyes : addEyes, { id: messageId })
    },
  }
}

const addEyes = `mutation Mark($id: ID!) {
  addReaction(input: { subjectId: $id, content: EYES }) { reaction { content } }
}`
const takeEyes = `mutation Unmark($id: ID!) {
  removeReaction(input: { subjectId: $id, content: EYES }) { reaction { content } }
}`

/** How long the text is that nobody sees, at the end of every comment. */
export const endingLength = endingOf(markOf('')).length

function endingOf(mark: string): string {
  return `\n\n<!-- portico ${mark} -->`
}

/** A place where comments are written and found again. */
interface Thread {
  post(body: string): Promise<string>
  find(ending: string, since: number): Promise<string | undefined>
}

async function openThread(deps: SenderDependencies, to: ChatAddress): Promise<Thread> {
  const place = placeOf(to)
  const installation = await installationOf(deps, place)
  const { api } = deps
  if (place.isDiscussion) {
    const thread = await findThread(api, installation, place, to.replyTo)
    return {
      post: (body) => postToThread(api, installation, thread, body),
      find: (ending) => findInThread(api, installation, thread, ending),
    }
  }
  const { list, create } = pathsOf(place)
  return {
    async post(body) {
      return idOf(await api.asInstallation(installation, 'POST', create, { body }))
    },
    async find(ending, since) {
      const { slug } = await deps.app()
      return findComment(deps, installation, { path: `${list}&since=${isoOf(since)}`, ending, slug })
    },
  }
}

function pathsOf({ number, thread, ...place }: Place): { list: string; create: string } {
  const repository = `/repos/${place.owner}/${place.repository}`
  if (thread === undefined) {
    const comments = `${repository}/issues/${number}/comments`
    return { list: `${comments}?per_page=100`, create: comments }
  }
  const comments = `${repository}/pulls/${number}/comments`
  return { list: `${comments}?per_page=100&sort=created`, create: `${comments}/${thread}/replies` }
}

/** Pages of 100; a conversation that grew by more than a thousand comments meanwhile is not read to its end. */
const maxPages = 10

async function findComment(
  { api }: SenderDependencies,
  installation: number,
  { path, ending, slug }: { path: string; ending: string; slug: string },
): Promise<string | undefined> {
  for (let page = 1; page <= maxPages; page += 1) {
    const comments = listOf(await api.asInstallation(installation, 'GET', `${path}&page=${page}`))
    const found = comments.find((comment) => isOurs(comment, ending, slug))
    if (found !== undefined) return idOf(found)
    if (comments.length < 100) return undefined
  }
  return undefined
}

/** Whoever reads the source of a comment can copy its ending, but not its author. */
function isOurs(comment: unknown, ending: string, slug: string): boolean {
  if (!isRecord(comment) || !isRecord(comment['user'])) return false
  const { body, user } = comment
  const isTheApp = String(user['login']).toLowerCase() === `${slug}[bot]` && user['type'] === 'Bot'
  return isTheApp && typeof body === 'string' && body.endsWith(ending.trimStart())
}

async function installationOf({ api, memory }: SenderDependencies, place: Place): Promise<number> {
  const key = installationKey(fullNameOf(place))
  const known = await memory.read(key)
  if (typeof known === 'number') return known
  const answer = await api.asApp('GET', `/repos/${place.owner}/${place.repository}/installation`)
  const found = parse(answer.text)
  const id = isRecord(found) ? found['id'] : undefined
  if (typeof id !== 'number') throw nonsense('the installation has no id')
  await memory.change(key, () => id)
  return id
}

function idOf(comment: unknown): string {
  const id = isRecord(comment) ? comment['id'] : undefined
  if (typeof id === 'number') return String(id)
  throw nonsense('the comment has no id')
}

function isoOf(time: number): string {
  return new Date(time).toISOString()
}
