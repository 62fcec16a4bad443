import { afterEach, beforeEach, expect, it } from 'vitest'
import type { InboundMessage } from '../channels/channel.ts'
import { createLanes } from '../coordination/lanes-postgres.ts'
import { createSignals } from '../coordination/signals-postgres.ts'
import { createLog } from '../lib/log.ts'
import { sleep } from '../lib/sleep.ts'
import { openLinkingHouse, type LinkingHouse } from '../linking/testing/linking-house.ts'
import { takeNumber } from './invite.ts'

const log = createLog('silent')
const bot = { id: 'bot_telegram', channel: 'telegram', agent: 'default' }
const chat = { chatId: 'chat of 7', kind: 'private' } as const
const sender = { tenantId: '', id: '7', name: 'Grace' }
let house: LinkingHouse
beforeEach(async () => {
  house = await openLinkingHouse(10, 'both')
})
afterEach(() => house.database.drop())

function writes(messageId: string, text: string): InboundMessage {
  const message = { kind: 'message', key: messageId, messageId, text } as const
  return { ...message, chat, sender, addressed: true, files: [], sentAt: house.now() }
}

/** What a stranger's chat is waiting for: a number that is not the one they send. */
async function openApproval(): Promise<string> {
  const identity = { channel: 'telegram', tenantId: '', externalId: sender.id, name: 'Grace', username: null }
  const issued = await house.db
    .transaction()
    .execute((tx) => house.linking.tokens.invite(tx, bot.id, { ...identity, chat }))
  const confirmed = await house.confirm('ada', issued?.token ?? '')
  if (confirmed.kind !== 'approval') throw new Error(`It was ${confirmed.kind}.`)
  const { number } = confirmed.approval
  return String((Number(number) + 1) % 10_000).padStart(4, '0')
}

it('does not: the message is done with in the moment in which it is judged', async () => {
  const wrong = await openApproval()
  const told: string[] = []
  const delivery = { post: async (_tx: unknown, { text }: { text: string }) => void told.push(text) }
  const { database, db, linking } = house
  const signals = await createSignals({ database, log, sleep })
  const lanes = createLanes({ db, signals, log, sleep, replica: 'one' })
  const handled: string[] = []
  lanes.work('inbox', {
    async handle({ payload }, context) {
      const message = payload as InboundMessage
      handled.push(message.text)
      if (message.text !== wrong) return 'handled'
      await takeNumber({ db, linking, delivery }, bot, message, context)
      throw new Error('The worker dies before it can say that it is done.')
    },
  })
  const said = [writes('1', wrong), writes('2', 'and now?')]
  const items = said.map((payload) => ({ queue: 'inbox', lane: 'chat', payload }))
  await db.transaction().execute((tx) => lanes.enqueue(tx, items))

  await expect.poll(() => handled.at(-1)).toBe('and now?')
  await lanes.stop()
  await signals.stop()
  expect(handled).toEqual([wrong, 'and now?'])
  expect(told).toEqual([expect.stringContaining('2 tries are left')])
  const approvals = await db.selectFrom('link_approvals').select('wrong_tries').execute()
  expect(approvals).toEqual([{ wrong_tries: 1 }])
})

it('leaves a message alone for which no number is awaited', async () => {
  const context = { finishWithin: async () => undefined }
  const delivery = { post: async () => Promise.reject(new Error('Nothing is to be said.')) }
  const deps = { db: house.db, linking: house.linking, delivery }
  expect(await takeNumber(deps, bot, writes('1', '1234'), context)).toBe(false)
})
