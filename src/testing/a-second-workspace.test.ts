import { afterEach, beforeEach, expect, it } from 'vitest'
import { startSlackSimulator, type SlackSimulator } from '../channels/slack/testing/simulator.ts'
import type { Conversation } from '../channels/slack/testing/world.ts'
import { ScriptedAgent } from '../conversations/testing/scripted-agent.ts'
import { unhurried, until } from './doors.ts'
import type { Person } from './person.ts'
import { createWorld, type World } from './world.ts'

interface BotAnswer {
  id: string
  channel: string
  state: string
  can_install: boolean
  installed_in: string[]
}

let simulator: SlackSimulator
let world: World
let admin: Person
beforeEach(async () => {
  simulator = await startSlackSimulator()
  const { settings } = simulator.platform.addBot('Portico')
  world = await createWorld({
    yaml: JSON.stringify({ channels: { slack: { enabled: true, ...settings } } }),
    overrides: { agents: new Map([['default', new ScriptedAgent()]]), channels: unhurried },
  })
  admin = await world.person('Grace')
})
afterEach(async () => {
  await world.stop()
  await simulator.stop()
})

const slackBot = async () =>
  (await admin.get<{ bots: BotAnswer[] }>('/api/bots')).bots.find(({ channel }) => channel === 'slack')!

/** As a browser that follows the link, where somebody of the other workspace agrees, and comes back. */
async function install(id: string): Promise<string | null> {
  const { url } = await admin.post<{ url: string }>(`/api/bots/${id}/install`)
  const page = await fetch(url, { redirect: 'manual' })
  const { pathname, search } = new URL(page.headers.get('location') ?? '')
  const { cookie } = admin
  const back = await fetch(new URL(`${pathname}${search}`, world.url), {
    redirect: 'manual',
    headers: { cookie },
  })
  return back.headers.get('location')
}

const answersIn = (room: Conversation, bot: string) =>
  room.messages.filter(({ user }) => user.id === bot).map(({ text }) => text)

it('somebody of a workspace that was added later connects and is answered with its own token', async () => {
  const { id } = await slackBot()
  expect(await install(id)).toBe('/channels?installed=slack')
  const [app] = simulator.apps
  const team = [...simulator.world.teams.values()].at(-1)!
  const { user, token } = app!.installations.get(team.id)!
  expect(await slackBot()).toMatchObject({ can_install: true, installed_in: [team.id] })
  const isUpToDate = () =>
    world.database.db
      .selectFrom('bots')
      .innerJoin('bot_states', 'bot_id', 'bots.id')
      .select('bots.id')
      .where('bots.id', '=', id)
      .whereRef('bot_states.revision', '=', 'bots.revision')
      .where('state', '=', 'connected')
      .executeTakeFirst()
  await until(async () => (await isUpToDate()) !== undefined)

  const eve = await world.person('Eve')
  const there = simulator.addPerson('Eve', team)
  const room = simulator.directRoom(app!, there)
  simulator.command(app!, room, there, `/connect ${await eve.connectCode('slack')}`)
  await until(() => answersIn(room, user.id).some((text) => text.startsWith('Connected as')))
  simulator.write(room, there, 'hello')
  await until(() => answersIn(room, user.id).includes('You said: hello'))
  const calls = simulator.calls.filter(({ parameters }) => parameters['channel'] === room.id)
  expect(calls.length).toBeGreaterThan(1)
  expect(new Set(calls.map((call) => call.token))).toEqual(new Set([token]))
})
