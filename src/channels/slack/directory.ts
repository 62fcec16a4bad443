import type { ChannelDependencies } from '../channel.ts'
import type { Person } from './knowledge.ts'
import { fieldsOf, wordOf, type Fields } from './shape.ts'

/** Names of the people who write: events carry their ids only. */
export interface Directory {
  personOf(teamId: string, userId: string): Person | undefined
  /** Makes these people known where that can be done soon; their names are no reason to keep a message waiting. */
  learn(teamId: string, userIds: readonly string[]): Promise<void>
}

const lifeMs = 60 * 60 * 1000
/** After a failure ids serve as names this long. */
const failureLifeMs = 60_000
const patienceMs = 1_500
const maxPeople = 5_000

export function createDirectory(
  readUser: (teamId: string, userId: string) => Promise<Fields>,
  { now, sleep }: Pick<ChannelDependencies, 'now' | 'sleep'>,
): Directory {
  const people = new Map<string, { person: Person | undefined; until: number }>()

  const look = async (teamId: string, userId: string) => {
    const key = `${teamId} ${userId}`
    if ((people.get(key)?.until ?? 0) > now()) return
    const note = (person: Person | undefined, life: number) => {
      people.delete(key)
      people.set(key, { person, until: now() + life })
    }
    // Nobody else asks, or waits, while this one is on its way.
    note(people.get(key)?.person, failureLifeMs)
    const person = await readUser(teamId, userId).then(personIn, () => undefined)
    if (person !== undefined) note(person, lifeMs)
    const [oldest] = people.keys()
    if (people.size > maxPeople && oldest !== undefined) people.delete(oldest)
  }

  return {
    personOf: (teamId, userId) => people.get(`${teamId} ${userId}`)?.person,
    async learn(teamId, userIds) {
      const over = new AbortController()
      const enough = sleep(patienceMs, over.signal).catch(() => undefined)
      await Promise.race([Promise.all(userIds.map((userId) => look(teamId, userId))), enough])
      over.abort()
    },
  }
}

/** https://docs.slack.dev/reference/objects/user-object */
function personIn(answer: Fields): Person | undefined {
  const user = fieldsOf(answer['user'])
  if (user === undefined) return undefined
  const { display_name, real_name } = fieldsOf(user['profile']) ?? {}
  const username = wordOf(user['name'])
  const name = wordOf(display_name) ?? wordOf(real_name) ?? wordOf(user['real_name']) ?? username
  if (name === undefined) return undefined
  return {
    name: name.slice(0, 255),
    ...(username === undefined ? {} : { username: username.slice(0, 255) }),
    isBot: user['is_bot'] === true,
  }
}
