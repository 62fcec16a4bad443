import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Static } from 'typebox'
import type { DeliveryView, PostedView } from '../http/messages/schemas.ts'
import type { Person } from '../testing/person.ts'
import { createTelegramWorld, type TelegramWorld } from './testing/telegram-world.ts'

type Posted = Static<typeof PostedView>
type Delivery = Static<typeof DeliveryView>

let world: TelegramWorld
let admin: Person
beforeAll(async () => {
  world = await createTelegramWorld()
  admin = await world.person('Root')
})
afterAll(() => world.stop())

/** Somebody connected who has talked with the bot. */
async function talker(name: string) {
  const { user, phone } = await world.member(name)
  phone.writes(world.token, 'hello')
  await world.reads(phone, (texts) => texts.includes('You said: hello'))
  const [conversation] = (await user.conversations()).conversations
  return { user, phone, id: conversation?.id ?? '' }
}

const state = async (user: Person, id: string) => (await user.get<Delivery>(`/api/deliveries/${id}`)).state

describe('a message that nobody asked for', () => {
  it('is read in the chat and in the history, and its delivery is told', async () => {
    const { user, phone, id } = await talker('Ada')
    const posted = await user.post<Posted>(`/api/conversations/${id}/messages`, {
      text: 'The **train** is late.',
    })
    expect(posted).toMatchObject({ conversation_id: id, delivery: { state: 'queued', channel: 'telegram' } })
    await world.reads(phone, (texts) => texts.includes('The train is late.'))

    await expect.poll(() => state(user, posted.delivery!.id)).toBe('sent')
    const { messages } = await user.messages(id)
    expect(messages.at(-1)).toMatchObject({
      id: posted.message_id,
      role: 'assistant',
      posted: true,
      parts: [{ type: 'text', text: 'The **train** is late.' }],
    })
    expect(await user.stream(posted.turn_id)).toContain('The **train** is late.')
    const { deliveries } = await user.get<{ deliveries: Delivery[] }>(`/api/conversations/${id}/deliveries`)
    expect(deliveries).toMatchObject([
      { turn_id: posted.turn_id, state: 'sent', parts: [{ kind: 'text', state: 'sent' }] },
      { state: 'sent' },
    ])
    // The agent knows what the person was told.
    phone.writes(world.token, 'how late?')
    await world.reads(phone, (texts) => texts.includes('You said: how late?'))
    expect(world.agent.runs.at(-1)?.history.at(-1)?.text).toBe('The **train** is late.')
  })

  it('comes after the answer that is being written, and does not stop it', async () => {
    const { user, phone, id } = await talker('Grace')
    phone.writes(world.token, 'wait here')
    await world.agent.untilRun('wait here')
    const { turn_id } = await user.post<Posted>(`/api/conversations/${id}/messages`, { text: 'By the way.' })
    expect(await user.stream(turn_id)).toContain('By the way.')
    world.agent.release('wait here')
    const texts = await world.reads(phone, (all) => all.includes('By the way.'))
    expect(texts.slice(-2)).toEqual([expect.stringContaining('You said: wait here'), 'By the way.'])
  })

  it('is one message under one key, whichever of many requests comes first', async () => {
    const { user, phone, id } = await talker('Lin')
    const path = `/api/conversations/${id}/messages`
    const tries = await Promise.all(
      Array.from({ length: 8 }, () => user.post<Posted>(path, { text: 'Once.', message_id: 'k1' })),
    )
    expect(new Set(tries.map(({ message_id }) => message_id)).size).toBe(1)
    const header = await user.ask('POST', path, { text: 'Once.' }, { 'idempotency-key': 'k1' })
    expect(await header.json()).toMatchObject({ turn_id: tries[0]?.turn_id })
    const other = await user.ask('POST', path, { text: 'Other.', message_id: 'k1' })
    expect([other.status, await other.json()]).toMatchObject([409, { code: 'message_id_reused' }])
    await user.post(path, { text: 'Last.' })
    const texts = await world.reads(phone, (all) => all.includes('Last.'))
    expect(texts.filter((text) => text === 'Once.')).toHaveLength(1)
  })

  it('brings files', async () => {
    const { user, phone, id } = await talker('Edsger')
    const url = `data:text/plain;base64,${Buffer.from('the minutes').toString('base64')}`
    const files = [{ url, media_type: 'text/plain', filename: 'minutes.txt' }]
    const { delivery } = await user.post<Posted>(`/api/conversations/${id}/messages`, {
      text: 'Here.',
      files,
    })
    await world.reads(phone, (texts) => texts.includes('Here.'))
    await expect.poll(() => state(user, delivery!.id)).toBe('sent')
    const { parts } = await user.get<Delivery>(`/api/deliveries/${delivery!.id}`)
    expect(parts.map(({ kind }) => kind)).toEqual(['text', 'file'])
    const { messages } = await user.messages(id)
    expect(messages.at(-1)?.parts[1]).toMatchObject({ type: 'file', filename: 'minutes.txt' })
  })

  it('is kept where the conversation has no chat', async () => {
    const { id } = await admin.begin()
    const posted = await admin.post<Posted>(`/api/conversations/${id}/messages`, { text: 'Noted.' })
    expect(posted.delivery).toBeNull()
    expect(await admin.stream(posted.turn_id)).toContain('Noted.')
  })
})

describe("a user's latest channel", () => {
  it('is the private chat, never the group that was used since', async () => {
    const { user, phone, id } = await talker('Barbara')
    const group = world.telegram.addGroup({ id: -2001, title: 'Team', bots: [world.token] })
    const bot = world.telegram.bots.get(world.token)?.account.username ?? ''
    phone.writes(world.token, `@${bot} in the group`, { chat: group })
    await group.untilAnswer((text) => text.startsWith('You said'))
    const posted = await user.post<Posted>('/api/users/me/messages', { text: 'For you only.' })
    expect(posted.conversation_id).toBe(id)
    await world.reads(phone, (texts) => texts.includes('For you only.'))
  })

  it('is found before the user has said anything, and one conversation begins', async () => {
    const { user, phone } = await world.member('Alan')
    const path = '/api/users/me/messages'
    const posts = await Promise.all(['One.', 'Two.'].map((text) => user.post<Posted>(path, { text })))
    expect(posts[0]?.conversation_id).toBe(posts[1]?.conversation_id)
    await world.reads(phone, (texts) => texts.includes('One.') && texts.includes('Two.'))
  })

  it('is none for who has connected nothing or has disconnected', async () => {
    const nobody = await world.person('Tony')
    const answer = await nobody.ask('POST', '/api/users/me/messages', { text: 'Hello?' })
    expect([answer.status, await answer.json()]).toMatchObject([409, { code: 'user_has_no_channel' }])

    const { user, phone, id } = await talker('Niklaus')
    phone.writes(world.token, '/disconnect')
    await world.reads(phone, (texts) => texts.some((text) => text.startsWith('Disconnected')))
    expect((await user.ask('POST', '/api/users/me/messages', { text: 'Hello?' })).status).toBe(409)
    const posted = await user.post<Posted>(`/api/conversations/${id}/messages`, { text: 'Hello?' })
    expect(posted.delivery).toMatchObject({ state: 'failed', why: { code: 'disconnected' } })
  })

  it('is open to an administrator of the workspace, who is named in the record', async () => {
    const { user, phone, id } = await talker('Donald')
    await admin.post<Posted>(`/api/users/${user.id}/messages`, { text: 'From the office.' })
    await world.reads(phone, (texts) => texts.includes('From the office.'))
    const { entries } = await admin.get<{ entries: { action: string; subject: { id: string } }[] }>(
      '/api/audit',
    )
    expect(entries.find(({ action }) => action === 'message.posted')?.subject.id).toBe(id)
  })
})

describe("another user's conversation", () => {
  it('is not found, nor are its deliveries, nor the user', async () => {
    const { user, id } = await talker('Kathleen')
    const { delivery } = await user.post<Posted>(`/api/conversations/${id}/messages`, { text: 'Mine.' })
    const other = await world.person('Mallory')
    for (const [method, path, code] of [
      ['POST', `/api/conversations/${id}/messages`, 'conversation_not_found'],
      ['GET', `/api/conversations/${id}/deliveries`, 'conversation_not_found'],
      ['GET', `/api/deliveries/${delivery!.id}`, 'delivery_not_found'],
      ['POST', `/api/users/${user.id}/messages`, 'user_not_found'],
    ] as const) {
      const answer = await other.ask(method, path, method === 'POST' ? { text: 'Yours?' } : undefined)
      expect([answer.status, await answer.json()], path).toMatchObject([404, { code }])
    }
  })
})

describe('a bot that was removed', () => {
  it('cannot deliver, and the record says so at once', async () => {
    const { user, id } = await talker('Radia')
    const { bots } = await admin.get<{ bots: { id: string; channel: string }[] }>('/api/bots')
    const bot = bots.find(({ channel }) => channel === 'telegram')
    await admin.ask('DELETE', `/api/bots/${bot?.id ?? ''}`)
    const posted = await user.post<Posted>(`/api/conversations/${id}/messages`, { text: 'Anybody?' })
    expect(posted.delivery).toMatchObject({
      state: 'failed',
      why: { code: 'bot_removed' },
    })
    expect((await user.messages(id)).messages.at(-1)?.parts).toEqual([{ type: 'text', text: 'Anybody?' }])
  })
})
