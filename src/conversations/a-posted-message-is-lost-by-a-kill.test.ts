import { afterEach, beforeEach, expect, it } from 'vitest'
import { createAudit } from '../audit/audit.ts'
import { createLanes } from '../coordination/lanes-postgres.ts'
import { createSignals } from '../coordination/signals-postgres.ts'
import { createPostgresStreams } from '../coordination/streams-postgres.ts'
import { createDelivery } from '../delivery/delivery.ts'
import { systemClock } from '../lib/clock.ts'
import { createIds } from '../lib/ids.ts'
import { createLog } from '../lib/log.ts'
import { sleep } from '../lib/sleep.ts'
import { recordPost } from './record-post.ts'
import { createTurnEvents } from './read-turn.ts'
import { findConversation } from './store.ts'
import { createTelegramWorld, type TelegramWorld } from './testing/telegram-world.ts'

const log = createLog('silent')
let world: TelegramWorld
beforeEach(async () => {
  world = await createTelegramWorld()
})
afterEach(() => world.stop())

/**
 * Posts as a process does that is killed as soon as its transaction has committed, or after the first event of the
 * stream: nobody works the lanes meanwhile.
 */
async function postAndDie(conversationId: string, { midStream = false } = {}): Promise<void> {
  const { database } = world
  const { db } = database
  const newId = createIds(Date.now)
  const signals = await createSignals({ database, log, sleep })
  const lanes = createLanes({ db, signals, log, sleep, replica: 'killed' })
  const streams = createPostgresStreams({ db, signals, log, sleep })
  const delivery = createDelivery({
    db,
    lanes,
    readTurn: createTurnEvents({ db, streams, clock: systemClock }),
    clock: systemClock,
    sleep,
    log,
    findChannel: () => undefined,
  })
  const deps = {
    newId,
    lanes,
    delivery,
    attachments: { assign: async () => undefined },
    audit: createAudit({ ids: newId, clock: systemClock }),
  }
  const conversation = (await findConversation(db, conversationId))!
  const { userId, workspaceId } = conversation
  const caller = { kind: 'session', userId, workspaceId, name: 'Ada', email: null, role: 'user' } as const
  const turnId = newId('trn')
  const parts = [{ type: 'text', text: 'The train is late.' }] as const
  const post = { caller, conversation, turnId, parts, requestKey: turnId, requestHash: '' }
  await db.transaction().execute((tx) => recordPost(deps, tx, post))
  if (midStream) {
    const writer = await streams.open(`turn:${turnId}`)
    writer.append({ type: 'start', messageId: 'msg_1' })
    writer.append({ type: 'text-start', id: '0' })
    writer.append({ type: 'text-delta', id: '0', delta: 'The tr' })
    await writer.flush()
  }
  await lanes.stop()
  await streams.stop()
  await signals.stop()
}

it.each([
  ['before its stream was begun', {}],
  ['in the middle of its stream', { midStream: true }],
])('is told, and told once, when the process dies %s', async (_, death) => {
  await (await world.person('Root')).untilConnectable('telegram')
  const { user, phone } = await world.member('Ada')
  phone.writes(world.token, 'hello')
  await world.reads(phone, (texts) => texts.includes('You said: hello'))
  const [conversation] = (await user.conversations()).conversations
  await world.app.stop()

  await postAndDie(conversation?.id ?? '', death)
  await world.replica()
  phone.writes(world.token, 'and now?')
  const texts = await world.reads(phone, (all) => all.includes('You said: and now?'))
  expect(texts.slice(-2)).toEqual(['The train is late.', 'You said: and now?'])
})
