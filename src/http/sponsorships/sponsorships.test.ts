import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTelegramWorld, type TelegramWorld } from '../../conversations/testing/telegram-world.ts'
import type { Person } from '../../testing/person.ts'

let world: TelegramWorld
let botId: string
let admin: Person
let ada: Awaited<ReturnType<TelegramWorld['member']>>
beforeAll(async () => {
  world = await createTelegramWorld()
  admin = await world.person('Grace')
  ada = await world.member('Ada')
  const bots = await admin.get<{ bots: { id: string; channel: string }[] }>('/api/bots')
  botId = bots.bots.find(({ channel }) => channel === 'telegram')!.id
})
afterAll(() => world.stop())

let lastGroup = -4000
function addGroup(...administrators: (typeof ada)[]) {
  const group = world.telegram.addGroup({ id: --lastGroup, title: 'Garden', bots: [world.token] })
  for (const { phone } of administrators) group.administrators.add(phone.account.id)
  return String(group.id)
}

interface Answer {
  id: string
  code: string
  live: boolean
}

async function ask(person: Person, method: string, path: string, body?: unknown) {
  const response = await person.ask(method, `/api/sponsorships${path}`, body)
  const text = await response.text()
  return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Answer }
}

const start = (person: Person, chatId: string, more: object = {}) =>
  ask(person, 'POST', '', { bot_id: botId, chat_id: chatId, ...more })

const listed = async (person: Person) =>
  (await person.get<{ sponsorships: Answer[] }>('/api/sponsorships')).sponsorships.map(({ id }) => id)

describe('/api/sponsorships', () => {
  it('starts one for an administrator of the group, and shows it whole', async () => {
    const chatId = addGroup(ada)
    const started = await start(ada.user, chatId, { chat_name: 'Garden', limits: { turns_per_day: 5 } })
    expect(started).toMatchObject({
      status: 201,
      body: {
        bot_id: botId,
        bot_name: 'telegram',
        channel: 'telegram',
        chat_id: chatId,
        chat_name: 'Garden',
        sponsor_id: ada.user.id,
        sponsor_name: 'Ada',
        limits: { guest_turns_per_hour: 10, turns_per_day: 5 },
        used_today: 0,
        live: true,
      },
    })
    expect(await start(ada.user, chatId)).toMatchObject({
      status: 409,
      body: { code: 'group_already_sponsored' },
    })
  })

  it('refuses whoever the platform does not know as an administrator, the workspace’s own too', async () => {
    const required = { status: 403, body: { code: 'group_administrator_required' } }
    expect(await start(ada.user, addGroup())).toMatchObject(required)
    expect(await start(admin, addGroup())).toMatchObject(required)
    expect(await start(ada.user, '-99')).toMatchObject(required)
  })

  it('starts nothing while the platform does not answer', async () => {
    const chatId = addGroup(ada)
    world.telegram.faults.add({ method: 'getChatMember', fault: { kind: 'drop_before' } })
    expect(await start(ada.user, chatId)).toMatchObject({
      status: 503,
      body: { code: 'group_administrator_unknown' },
    })
    expect((await start(ada.user, chatId)).status).toBe(201)
  })

  it('is shown to its sponsor and to administrators, and changed and ended by them', async () => {
    const bob = await world.member('Bob')
    const { body } = await start(ada.user, addGroup(ada))
    const { id } = body
    expect(await listed(ada.user)).toContain(id)
    expect(await listed(admin)).toContain(id)
    expect(await listed(bob.user)).not.toContain(id)

    const unknown = { status: 404, body: { code: 'sponsorship_not_found' } }
    expect(await ask(bob.user, 'PATCH', `/${id}`, { turns_per_day: 1 })).toMatchObject(unknown)
    expect(await ask(bob.user, 'DELETE', `/${id}`)).toMatchObject(unknown)
    expect(await ask(ada.user, 'PATCH', `/${id}`, { turns_per_day: 7 })).toMatchObject({
      status: 200,
      body: { limits: { guest_turns_per_hour: 10, turns_per_day: 7 } },
    })
    expect((await ask(admin, 'DELETE', `/${id}`)).status).toBe(204)
    expect(await listed(ada.user)).not.toContain(id)
    expect(await ask(ada.user, 'DELETE', `/${id}`)).toMatchObject(unknown)
  })

  it.each([
    ['an unknown field', { chat_id: 'x', name: 'y' }],
    ['a limit of none', { chat_id: 'x', limits: { turns_per_day: 0 } }],
    ['a limit that is no number', { chat_id: 'x', limits: { turns_per_day: 'many' } }],
    ['no group', {}],
  ])('refuses %s', async (_, body) => {
    expect((await ask(ada.user, 'POST', '', { bot_id: botId, ...body })).status).toBe(422)
  })

  it('does not know the bots of others', async () => {
    const body = { bot_id: 'bot_unknown', chat_id: addGroup(ada) }
    expect(await ask(ada.user, 'POST', '', body)).toMatchObject({
      status: 404,
      body: { code: 'sponsorship_not_found' },
    })
  })
})
