import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openLinkingWorld, type LinkingWorld } from './testing/linking-world.ts'

const base = '/api/platform-linking'

async function linkIn(world: LinkingWorld, text: string): Promise<string> {
  await world.bob.writes(text)
  const notice = await world.hears(world.bob, /\/link\//)
  return /\/link\/([\w-]+)/.exec(notice)?.[1] ?? ''
}

describe('a stranger in a private chat of ours', () => {
  let world: LinkingWorld
  beforeAll(async () => {
    world = await openLinkingWorld('one')
  }, 60_000)
  afterAll(() => world.stop())

  it('gets a link, opens it, confirms, and is told in the chat who they are', async () => {
    const token = await linkIn(world, 'hello')
    const info = await world.bob.get<{ platform: string; platform_username: string }>(
      `${base}/tokens/${token}/info`,
    )
    expect(info.platform).toBe('PLAYGROUND')
    expect((await world.bob.ask('POST', `${base}/tokens/${token}/confirm`)).status).toBe(200)
    await world.hears(world.bob, /Connected as \W*Bob/)
    await world.bob.writes('and now?')
    await world.hears(world.bob, /You said: and now/)
  })

  it('whose connection ends while the agent answers is answered no more', async () => {
    await world.bob.writes('wait for it')
    await world.agent.untilRun('wait for it')
    const { connections } = await world.bob.get<{ connections: { id: string; status: string }[] }>(
      '/api/channels/connections',
    )
    const id = connections.find(({ status }) => status === 'connected')?.id ?? ''
    expect((await world.bob.ask('DELETE', `${base}/links/${id}`)).status).toBe(200)
    const { db } = world.database
    const states = () =>
      db
        .selectFrom('turns')
        .select('state')
        .where('user_id', '=', world.bob.id)
        .orderBy('id', 'desc')
        .limit(1)
        .execute()
    await expect.poll(states).toEqual([{ state: 'cancelled' }])
    await world.bob.writes('still there?')
    await world.hears(world.bob, /not connected/)
    expect(world.agent.runs.some((run) => run.message.text === 'still there?')).toBe(false)
  })
})

describe('where both sides must agree', () => {
  let world: LinkingWorld
  beforeAll(async () => {
    world = await openLinkingWorld('both')
  }, 60_000)
  afterAll(() => world.stop())

  it('the number that the page shows is sent in the chat', async () => {
    const token = await linkIn(world, '/connect')
    const answer = await world.bob.ask('POST', `${base}/tokens/${token}/confirm`)
    const { approval } = (await answer.json()) as { approval: { number: string } }
    const wrong = String((Number(approval.number) + 1) % 10_000).padStart(4, '0')
    await world.bob.writes(wrong)
    await world.hears(world.bob, /2 tries are left/)
    await world.bob.writes(approval.number)
    await world.hears(world.bob, /Connected as \W*Bob/)
  })
})
