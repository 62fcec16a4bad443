import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { discord, openLinkingWorld, type LinkingWorld } from './testing/linking-world.ts'

/** Mallory is the attacker, on Discord and as a user; Bob is the victim. */
const base = '/api/platform-linking'
const wrongNumbers = (number: string) =>
  [1, 2, 3].map((more) => String((Number(number) + more) % 10_000).padStart(4, '0'))

const actions = async ({ database }: LinkingWorld) =>
  (await database.db.selectFrom('audit_entries').select(['action', 'actor_id']).orderBy('seq').execute()).map(
    ({ action, actor_id }) => `${action} ${actor_id}`,
  )

describe('where one side is enough', () => {
  let world: LinkingWorld
  beforeAll(async () => {
    world = await openLinkingWorld('one')
  }, 60_000)
  afterAll(() => world.stop())

  it("an attacker's own link shows the victim whose it is, and both hear of it", async () => {
    await world.bob.connectPlayground()
    const { token } = await world.link('mallory')
    expect(await world.bob.get(`${base}/tokens/${token}/info`)).toMatchObject({
      platform: 'DISCORD',
      platform_username: 'mallory of Discord',
      bot_name: 'Discord Helper',
      approval: 'one',
      already_connected: false,
    })
    await world.bob.post(`${base}/tokens/${token}/confirm`, undefined)
    await world.hears(world.bob, /discord account mallory of Discord has just been connected to you/)
    expect(await actions(world)).toContain(`connection.created ${world.bob.id}`)

    const [link] = await world.bob.get<{ id: string }[]>(`${base}/links`)
    await world.bob.ask('DELETE', `${base}/links/${link?.id ?? ''}`)
    const resolved = await world.bot('POST', '/resolve', discord('mallory'))
    expect(await resolved.json()).toEqual({ linked: false })
  })

  it("an attacker's code names the attacker to the victim who sends it", async () => {
    const mallory = await world.person('Mallory')
    const victim = await world.person('Eve')
    await victim.writes(`/connect ${await mallory.connectCode('playground')}`)
    await world.hears(victim, /Connected as \W*Mallory/)
    expect(await actions(world)).toContain(`connection.created ${mallory.id}`)
    await victim.writes('/disconnect')
    await world.hears(victim, /Disconnected/)
  })
})

describe('where both sides must agree', () => {
  let world: LinkingWorld
  beforeAll(async () => {
    world = await openLinkingWorld('both')
  }, 60_000)
  afterAll(() => world.stop())

  it("the number of an attacker's link is shown to the victim alone, and guessing ends it", async () => {
    const { token } = await world.link('mallory')
    const answer = await world.bob.ask('POST', `${base}/tokens/${token}/confirm`)
    expect(answer.status).toBe(202)
    const { approval } = (await answer.json()) as { approval: { number: string } }
    expect(approval.number).toMatch(/^\d{4}$/)

    const status = await (await world.bot('GET', `/tokens/${token}/status`)).text()
    expect(JSON.parse(status)).toEqual({ status: 'pending' })
    const guesses: unknown[] = []
    for (const number of wrongNumbers(approval.number)) {
      const guess = await (await world.bot('POST', '/approve', { ...discord('mallory'), number })).text()
      expect(guess).not.toContain(approval.number)
      guesses.push(JSON.parse(guess))
    }
    expect(guesses).toEqual([
      { success: false, status: 'wrong_number' },
      { success: false, status: 'wrong_number' },
      { success: false, status: 'ended' },
    ])
    const late = await world.bot('POST', '/approve', { ...discord('mallory'), number: approval.number })
    expect(await late.json()).toEqual({ success: false, status: 'none' })
    const after = await world.bot('GET', `/tokens/${token}/status`)
    expect(await after.json()).toEqual({ status: 'expired' })
    expect(await world.bob.get(`${base}/links`)).toEqual([])
    expect(await actions(world)).toContain('link_approval.ended discord//mallory')
  })

  it('the number of another account or of another key counts for nothing', async () => {
    const { token } = await world.link('mallory-2')
    const answer = await world.bob.ask('POST', `${base}/tokens/${token}/confirm`)
    const { approval } = (await answer.json()) as { approval: { number: string } }
    const { number } = approval
    const other = await world.makeKey('Another bot')
    const elsewhere = await world.bot('POST', '/approve', { ...discord('bob'), number })
    const byOther = await world.bot('POST', '/approve', { ...discord('mallory-2'), number }, other.key)
    expect([await elsewhere.json(), await byOther.json()]).toEqual([
      { success: false, status: 'none' },
      { success: false, status: 'none' },
    ])
    const real = await world.bot('POST', '/approve', { ...discord('mallory-2'), number })
    expect(await real.json()).toEqual({ success: true, status: 'linked' })
  })

  it("the number of an attacker's code is shown in the victim's chat alone, and guessing ends it", async () => {
    const mallory = await world.person('Mallory')
    const victim = await world.person('Eve')
    await victim.writes(`/connect ${await mallory.connectCode('playground')}`)
    const shown = await world.hears(victim, /if somebody else sent you the code, do nothing/)
    expect(shown).toContain('Mallory')
    const number = /\d{4}/.exec(shown)?.[0] ?? ''

    const list = await (await mallory.ask('GET', '/api/channels/approvals')).text()
    const [approval] = (JSON.parse(list) as { approvals: { id: string; number: null }[] }).approvals
    expect(approval?.number).toBeNull()
    const path = `/api/channels/approvals/${approval?.id ?? ''}`
    const statuses = []
    for (const guess of wrongNumbers(number))
      statuses.push((await mallory.ask('POST', path, { number: guess })).status)
    expect(statuses).toEqual([400, 400, 410])
    expect((await mallory.ask('POST', path, { number })).status).toBe(404)
    await world.hears(victim, /Nothing was connected/)
    await victim.writes('/whoami')
    await world.hears(victim, /not connected to an account/)
  })
})
