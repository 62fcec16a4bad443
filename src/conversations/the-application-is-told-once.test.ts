import { sql } from 'kysely'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Person } from '../testing/person.ts'
import { startReceiver, type Receiver } from '../webhooks/testing/receiver.ts'
import { createTelegramWorld, type TelegramWorld } from './testing/telegram-world.ts'

interface Told {
  type: string
  data: Record<string, unknown>
}

let world: TelegramWorld
let receiver: Receiver
let admin: Person
beforeEach(async () => {
  receiver = await startReceiver()
  world = await createTelegramWorld('', {}, 'webhooks: { allow_hosts: [127.0.0.1] }')
  admin = await world.person('Root')
  await admin.post('/api/webhook-endpoints', { url: receiver.url })
})
afterEach(async () => {
  await world.stop()
  await receiver.close()
})

/** What the application heard of one kind, oldest first. */
const heard = (type: string) =>
  receiver.received
    .map(({ body }) => JSON.parse(body) as Told)
    .flatMap((one) => (one.type === type ? [one.data] : []))

/** What was announced of one kind, whether or not it has been delivered yet. */
async function announced(type: string): Promise<Told['data'][]> {
  const { db } = world.database
  const rows = await db
    .selectFrom('webhook_messages')
    .select('body')
    .where('type', '=', type)
    .orderBy('id')
    .execute()
  return rows.map(({ body }) => (JSON.parse(body) as Told).data)
}

/** Puts back what a process had not written yet that died after the record of a turn: its stream's end, its lane message. */
async function forgetEnd(turnId: unknown): Promise<void> {
  const { db } = world.database
  await sql`
    delete from stream_events where stream = ${`turn:${String(turnId)}`}
      and seq > (select min(seq) + 1 from stream_events where stream = ${`turn:${String(turnId)}`})`.execute(
    db,
  )
  const { rows } = await sql`
    with again as (
      update lane_messages m set state = 'pending', outcome = null, finished_at = null
      from turns t where t.id = ${turnId} and t.request_key = 'inbox:' || m.id
      returning m.queue, m.lane
    )
    update lanes l set pending = pending + 1, owner = 'dead', run_at = now()
    from again where l.queue = again.queue and l.lane = again.lane returning 1`.execute(db)
  expect(rows).toHaveLength(1)
}

it('of a turn, when its server dies between the record and the end of the stream', async () => {
  const { phone } = await world.member('Ada')
  phone.writes(world.token, 'hello')
  await world.reads(phone, (texts) => texts.includes('You said: hello'))
  await expect.poll(() => heard('turn.finished')).toHaveLength(1)
  const [first] = heard('turn.finished')
  await world.app.stop()
  await forgetEnd(first?.['turn_id'])

  await world.replica()
  // Behind it in the same lane.
  phone.writes(world.token, 'and now?')
  await world.reads(phone, (texts) => texts.includes('You said: and now?'))
  await expect.poll(() => heard('turn.finished')).toHaveLength(2)
  const [before, after] = await announced('turn.finished')
  expect(before).toEqual(first)
  expect(after).toMatchObject({ state: 'succeeded' })
  expect(after?.['turn_id']).not.toBe(first?.['turn_id'])
  const { rows } = await sql<{ data: string }>`
    select data::text from stream_events where stream = ${`turn:${String(first?.['turn_id'])}`}
    order by seq desc limit 1`.execute(world.database.db)
  expect(rows[0]?.data).toContain('"end"')
})

it('of a turn, when another server goes on with it', async () => {
  const { phone } = await world.member('Ada')
  phone.writes(world.token, 'wait for the other server')
  await world.agent.untilRun('wait for the other server')
  await world.replica()
  await world.app.stop()
  await world.agent.untilRun('wait for the other server', 2)
  expect(await announced('turn.finished')).toEqual([])
  world.agent.release('wait for the other server')
  await world.reads(phone, (texts) => texts.some((text) => text.includes('You said: wait')))
  await expect.poll(() => heard('turn.finished')).toMatchObject([{ state: 'succeeded', error_code: null }])
  expect(await announced('turn.finished')).toHaveLength(1)
})

it('of a connection that its user ends', async () => {
  const { user } = await world.member('Ada')
  const { connections } = await user.get<{ connections: { id: string }[] }>('/api/channels/connections')
  const id = connections[0]?.id
  expect((await user.ask('DELETE', `/api/channels/connections/${id}`)).status).toBe(204)
  expect((await user.ask('DELETE', `/api/channels/connections/${id}`)).status).toBeLessThan(500)
  const revoked = { connection_id: id, user_id: user.id, channel: 'telegram', by: 'user' }
  await expect.poll(() => heard('connection.revoked')).toMatchObject([revoked])
  expect(await announced('connection.revoked')).toHaveLength(1)
})

it('of an answer that a bot had still to send when it was removed', async () => {
  const { user, phone } = await world.member('Ada')
  phone.writes(world.token, 'wait for nothing')
  await world.agent.untilRun('wait for nothing')
  const { bots } = await admin.get<{ bots: { id: string; channel: string }[] }>('/api/bots')
  const bot = bots.find(({ channel }) => channel === 'telegram')
  expect((await admin.ask('DELETE', `/api/bots/${bot?.id}`)).status).toBe(204)

  await expect.poll(() => heard('delivery.failed')).toHaveLength(1)
  const [failed] = heard('delivery.failed')
  expect(failed).toMatchObject({ bot_id: bot?.id, channel: 'telegram', error_code: 'bot_removed' })
  const delivery = String(failed?.['turn_id']).replace('trn_', 'dlv_')
  expect(await user.get(`/api/deliveries/${delivery}`)).toMatchObject({
    state: 'failed',
    why: { code: 'bot_removed' },
  })
  expect(await announced('delivery.failed')).toHaveLength(1)
  // Its turn was stopped with the connections, and the end of these is told too.
  await expect.poll(() => heard('turn.finished')).toMatchObject([{ state: 'cancelled' }])
  await expect.poll(() => heard('connection.revoked')).toMatchObject([{ by: 'administrator' }])
})
