import { afterAll, beforeAll, expect, it } from 'vitest'
import type { AgentTurn } from '../agents/agent.ts'
import { createLendingWorld, type LendingWorld } from './lending-world.ts'

let world: LendingWorld
let ada: Awaited<ReturnType<LendingWorld['member']>>
beforeAll(async () => {
  world = await createLendingWorld()
  ada = await world.member('Ada')
})
afterAll(() => world.stop())

const asksFor = (who: string) =>
  ada.phone
    .chatWith(world.token)
    .messages.filter(({ from, text }) => from.is_bot && text.startsWith(who) && text.includes('/connect/'))
/** What comes next in the chat is behind all that was asked before it. */
const settled = async () => {
  ada.phone.writes(world.token, '/whoami')
  await world.reads(ada.phone, (texts) => texts.at(-1)?.startsWith('This chat is connected') === true)
}

async function use(url: string, headers: Record<string, string>) {
  const response = await fetch(`${url}/proxy/github/user`, { headers })
  return { status: response.status, ...((await response.json()) as { code?: string; connect_url?: string }) }
}

it('is not, however often the agent of a turn asks, at whichever replica', async () => {
  ada.phone.writes(world.token, 'who am I there, do not wait')
  await world.reads(ada.phone, (texts) =>
    texts.some((text) => text.startsWith('I got no further: connect_required')),
  )
  const { grant } = JSON.parse(world.borrower.seen[0] ?? '{}') as AgentTurn
  const headers = { authorization: `Bearer ${grant?.token ?? ''}` }
  const answers = await Promise.all([use(world.url, headers), use(world.url, headers)])
  expect(answers[0]).toMatchObject({ status: 409, code: 'connect_required' })
  expect(answers[1].connect_url).toBe(answers[0].connect_url)
  const [shown] = asksFor('The agent default')
  expect(shown?.text).toContain(answers[0].connect_url)
  const other = await world.replica()
  const elsewhere = await use(other.url, headers)
  expect(elsewhere).toMatchObject({ status: 409, code: 'connect_required' })
  await settled()
  expect(asksFor('The agent default')).toHaveLength(1)
  // That link is as good as the one that is shown.
  await world.follows(ada.user, elsewhere.connect_url ?? '')
  expect(await use(world.url, headers)).toMatchObject({ status: 200, login: 'mia' })
})

it('is not by a program that tries for ever', async () => {
  const { phone } = ada
  phone.writes(world.token, '/disconnect github')
  await world.reads(phone, (texts) => texts.at(-1)?.startsWith('GitHub has confirmed it') === true)
  const request = { name: 'Nightly', permissions: ['USE_INTEGRATIONS'] }
  const { token } = await ada.user.post<{ token: string }>('/api/tokens', request)
  for (let time = 0; time < 3; time++)
    expect(await use(world.url, { 'x-api-key': token })).toMatchObject({ code: 'connect_required' })
  await settled()
  expect(asksFor('The program Nightly')).toHaveLength(1)
})

it('is not where ten links are open already, and learns why', async () => {
  const chat = ada.phone.chatWith(world.token)
  const open = () => chat.messages.filter(({ text }) => text.startsWith('Open this link')).length
  for (let count = 0; count < 10; count++) ada.phone.writes(world.token, '/connect github')
  await world.reads(ada.phone, (texts) => texts.some((text) => text.startsWith('Too many links are open')))
  await settled()
  // Two were shown above and not used.
  expect(open()).toBe(8)
})

it('is not sent a link for a service that takes a key, but to its form; unknown ones are named', async () => {
  ada.phone.writes(world.token, '/connect tavily')
  await world.reads(ada.phone, (texts) =>
    /Tavily is connected with a key.*\/integrations$/s.test(texts.at(-1) ?? ''),
  )
  ada.phone.writes(world.token, '/connect gihtub')
  await world.reads(ada.phone, (texts) => texts.at(-1)?.includes('Did you mean /connect github?') === true)
  ada.phone.writes(world.token, '/disconnect gitlab')
  await world.reads(ada.phone, (texts) => texts.at(-1) === 'No GitLab account of yours is connected.')
})
