import { afterAll, beforeAll, expect, it } from 'vitest'
import type { AgentTurn } from '../agents/agent.ts'
import { createLendingWorld, type LendingWorld } from './lending-world.ts'
import { accountsOf, type UseAccount } from '../../sdk/src/client.ts'

let world: LendingWorld
let ada: Awaited<ReturnType<LendingWorld['member']>>
let use: UseAccount
beforeAll(async () => {
  world = await createLendingWorld()
  ada = await world.member('Ada')
  ada.phone.writes(world.token, 'who am I there, do not wait')
  await world.reads(ada.phone, (texts) => texts.some((text) => text.startsWith('I got no further')))
  const { grant } = JSON.parse(world.borrower.seen[0] ?? '{}') as AgentTurn
  use = accountsOf({ token: grant?.token ?? '', url: `${world.url}/` })
})
afterAll(() => world.stop())

const chat = () => ada.phone.chatWith(world.token)

it('waits for the person, and gives what the provider answers', async () => {
  await expect(use('github', 'user', { waitSeconds: 0 })).rejects.toMatchObject({
    name: 'PorticoError',
    code: 'connect_required',
    status: 409,
  })
  const waiting = use('github', '/user')
  const shown = chat().messages.find(({ text }) => text.includes('/connect/'))
  await world.follows(ada.user, /http\S+/.exec(shown?.text ?? '')?.[0] ?? '')
  expect(await (await waiting).json()).toMatchObject({ login: 'mia' })
})

it('throws what Portico refuses, such as in the name of the person', async () => {
  const body = JSON.stringify({ title: 'Bug' })
  const headers = { 'content-type': 'application/json' }
  const filing = use('github', 'repos/acme/site/issues', { method: 'POST', headers, body })
  const refused = expect(filing).rejects.toMatchObject({ code: 'approval_denied', status: 403 })
  const question = await chat().untilAnswer((text) => text.includes('wants to use your GitHub account'))
  ada.phone.presses(world.token, chat(), question, 'Deny')
  await refused
  await expect(use('nosuch', 'user')).rejects.toMatchObject({ code: 'provider_unknown' })
})

it('gives what the provider refuses, also in the form of Portico', async () => {
  const problem = { type: 'about:blank', title: 'Not Found' }
  const headers = { 'content-type': 'application/problem+json' }
  const answer = new Response(JSON.stringify(problem), { status: 404, headers })
  const useThere = accountsOf({ token: 'pg_1', url: world.url }, { fetch: async () => answer })
  const response = await useThere('github', 'nothing')
  expect(response.status).toBe(404)
  expect(await response.json()).toEqual(problem)
})
