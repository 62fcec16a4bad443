import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { realDependencies } from '../testing/channel-contract.ts'
import { MemoryInbox } from '../testing/memory-inbox.ts'
import { PlainMemory } from '../testing/plain-memory.ts'
import { install, scopes } from './install.ts'
import { slack, type SlackChannel } from './slack.ts'
import { startSlackSimulator, type SlackSimulator } from './testing/simulator.ts'

const redirectUrl = 'https://portico.example/api/channels/slack/callback'
let simulator: SlackSimulator
let settings: Record<string, unknown>

beforeEach(async () => {
  simulator = await startSlackSimulator()
  settings = { ...simulator.platform.addBot('Portico').settings }
})
afterEach(() => simulator.stop())

/** As a person who follows the link and agrees. */
async function agree(): Promise<string> {
  const page = await fetch(install.url(settings, { state: 's1', redirectUrl }), { redirect: 'manual' })
  const back = new URL(page.headers.get('location') ?? '')
  expect(back.searchParams.get('state')).toBe('s1')
  return back.searchParams.get('code') ?? ''
}

describe('an installation in one more workspace', () => {
  it('asks for its scopes and keeps a token per workspace', async () => {
    const url = new URL(install.url(settings, { state: 's1', redirectUrl }))
    expect(url.searchParams.get('scope')).toBe(scopes.join(','))
    expect(url.searchParams.get('redirect_uri')).toBe(redirectUrl)
    const request = { code: await agree(), redirectUrl }
    const once = await install.complete(settings, request, realDependencies)
    const twice = await install.complete(once, { code: await agree(), redirectUrl }, realDependencies)
    const tokens = JSON.parse(String(twice['team_tokens'])) as object
    expect(Object.keys(tokens)).toHaveLength(2)
    expect(twice['bot_token']).toBe(settings['bot_token'])
    await expect(install.complete(settings, request, realDependencies)).rejects.toMatchObject({
      code: 'invalid_code',
    })
  })

  it('refuses what it cannot keep working', async () => {
    const code = await agree()
    const wrong = { ...settings, client_secret: 'wrong-client-secret' }
    await expect(install.complete(wrong, { code, redirectUrl }, realDependencies)).rejects.toMatchObject({
      kind: 'bad_credentials',
    })
    const answers = [
      { ok: true, is_enterprise_install: true },
      {
        ok: true,
        access_token: 'xoxe.xoxb-1',
        refresh_token: 'xoxe-1',
        team: { id: 'T0A' },
        bot_user_id: 'U0A',
      },
      { ok: true, access_token: 7 },
    ]
    for (const answer of answers) {
      const dependencies = { ...realDependencies, fetch: async () => Response.json(answer) }
      const completing = install.complete(settings, { code, redirectUrl }, dependencies)
      await expect(completing).rejects.toMatchObject({ kind: 'invalid', code: 'install' })
    }
  })

  it('talks there with the token of there', async () => {
    const installed = await install.complete(settings, { code: await agree(), redirectUrl }, realDependencies)
    const [app] = simulator.apps
    const team = [...simulator.world.teams.values()].at(-1)!
    const eve = simulator.addPerson('Eve', team)
    const ada = simulator.addPerson('Ada')
    const elsewhere = simulator.addChannel('garden', [eve, app!.installations.get(team.id)!.user], team)
    const memory = new PlainMemory()
    const inbox = new MemoryInbox(undefined, memory)
    const bot = { id: 'bot_1', settings: installed, memory }
    const channel = slack.create(bot, realDependencies)
    const stop = new AbortController()
    const receiving = channel.receive(inbox, stop.signal)

    simulator.write(elsewhere, eve, `<@${app!.installations.get(team.id)!.user.id}> hello`)
    simulator.write(simulator.directRoom(app!, ada), ada, 'hello at home')
    const distinct = () => new Map(inbox.messages.map((message) => [message.key, message]))
    await inbox.until(() => distinct().size === 2)
    const [there, here] = [...distinct().values()]
    expect(there).toMatchObject({
      text: 'hello',
      addressed: true,
      space: team.id,
      sender: { tenantId: team.id },
    })
    expect(here).toMatchObject({ text: 'hello at home', space: simulator.home.id })
    // Another process, which has received nothing.
    const other = slack.create(bot, realDependencies) as SlackChannel
    await other.send(there!.chat, { text: 'hello Eve', plain: 'hello Eve' }, 'key-1')
    await other.send(here!.chat, { text: 'hello Ada', plain: 'hello Ada' }, 'key-2')
    expect(elsewhere.messages.at(-1)).toMatchObject({ text: 'hello Eve' })
    expect(simulator.directRoom(app!, ada).messages.at(-1)).toMatchObject({ text: 'hello Ada' })
    simulator.revoke(app!.installations.get(team.id)!.token)
    const sending = other.send(there!.chat, { text: 'x', plain: 'x' }, 'key-3')
    await expect(sending).rejects.toMatchObject({ kind: 'gone', code: 'token_revoked' })
    await other.send(here!.chat, { text: 'still here', plain: 'still here' }, 'key-4')
    stop.abort()
    await receiving
  })
})
