import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { calls } from './testing/faults.ts'
import { createBot, setDiscordStage, type DiscordStage } from './testing/stage.ts'

describe('an answer whose arrival was not confirmed', () => {
  let stage: DiscordStage
  beforeEach(async () => {
    stage = await setDiscordStage()
  })
  afterEach(() => stage.simulator.stop())

  it('is one message, also when another process says it again', async () => {
    const { bot, direct, simulator, settings } = stage
    const to = { chatId: direct.id, kind: 'private' } as const
    const message = { text: 'once', plain: 'once' }
    const key = `turn_01H${'x'.repeat(60)}/part/1`
    simulator.faults.add(calls.send, { kind: 'drop_after' })
    await expect(bot.send(to, message, key)).rejects.toThrow('No answer')
    const sent = await createBot(settings).send(to, message, key)
    expect(direct.messages.map(({ id }) => id)).toEqual([sent['message_id']])
    await bot.send(to, message, `${key}2`)
    expect(direct.messages).toHaveLength(2)
  })
})
