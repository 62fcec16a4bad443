import { ScriptedAgent } from '../../../conversations/testing/scripted-agent.ts'
import type { Person } from '../../../testing/person.ts'
import { createWorld, type World } from '../../../testing/world.ts'

export interface IssuedToken {
  token: string
  expires_at: string
  link_url: string
}

/** The gateway with two people, and an outside bot for every platform. */
export interface LinkingWorld extends World {
  /** An administrator. */
  ada: Person
  bob: Person
  agent: ScriptedAgent
  /** Makes a bot key and returns its secret. */
  makeKey(name: string, platforms?: string[]): Promise<{ id: string; key: string }>
  /** Asks as the outside bot, or with another key; an empty one sends none. */
  bot(method: 'GET' | 'POST', path: string, body?: unknown, key?: string): Promise<Response>
  /** A link for an account on Discord that is called after its id. */
  link(accountId: string, key?: string): Promise<IssuedToken>
  /** What a person reads last in the playground, once it is as expected. */
  hears(person: Person, expected: RegExp): Promise<string>
}

export async function openLinkingWorld(approval: 'one' | 'both' = 'one'): Promise<LinkingWorld> {
  const agent = new ScriptedAgent()
  const world = await createWorld({
    yaml: `linking: { approval: ${approval} }\n`,
    overrides: { agents: new Map([['default', agent]]) },
  })
  const ada = await world.person('Ada')
  const bob = await world.person('Bob')
  const makeKey = (name: string, platforms: string[] = []) =>
    ada.post<{ id: string; key: string }>('/api/bot-keys', { name, platforms })
  const outside = await makeKey('Discord Helper')
  const bot = (method: 'GET' | 'POST', path: string, body?: unknown, key = outside.key) =>
    askAsBot(world.url, method, path, body, key)
  return {
    ...world,
    ada,
    bob,
    agent,
    makeKey,
    bot,
    async link(accountId, key) {
      const body = { ...discord(accountId), platform_username: `${accountId} of Discord` }
      const answer = await bot('POST', '/tokens', body, key)
      if (!answer.ok) throw new Error(`A link was answered ${answer.status}: ${await answer.text()}`)
      return (await answer.json()) as IssuedToken
    },
    async hears(person, expected) {
      const texts = await person.reads((all) => all.some((text) => expected.test(text)))
      return texts.findLast((text) => expected.test(text)) ?? ''
    },
  }
}

/** How a bot names an account on Discord. */
export function discord(accountId: string) {
  return { platform: 'DISCORD', platform_user_id: accountId }
}

/** One request of a bot service. */
export function askAsBot(
  url: string,
  method: 'GET' | 'POST',
  path: string,
  ...[body, key]: [unknown, string]
): Promise<Response> {
  return fetch(new URL(`/api/platform-linking${path}`, url), {
    method,
    headers: {
      ...(key !== '' && { 'x-bot-api-key': key }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
}
