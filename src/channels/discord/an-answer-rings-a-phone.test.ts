import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseMarkdown } from '../../lib/markdown.ts'
import { printDiscord } from './format.ts'
import { setDiscordStage, type DiscordStage } from './testing/stage.ts'

describe('what the agent writes', () => {
  let stage: DiscordStage
  beforeEach(async () => {
    stage = await setDiscordStage()
  })
  afterEach(() => stage.simulator.stop())

  it('never makes a phone ring, neither as markup nor as it is', async () => {
    const { bot, channel, bob, simulator } = stage
    const to = { chatId: channel.id, kind: 'group' } as const
    const text = `@everyone @here <@${bob.id}> <@&4711>`
    for (const [index, words] of [text, printDiscord(parseMarkdown(text))].entries()) {
      const sent = await bot.send(to, { text: words, plain: words }, `key-${index}`)
      await bot.edit(sent, { text: `${words} again`, plain: words })
    }
    expect(simulator.rung).toEqual([])
    const sends = simulator.calls.filter(({ call }) => /messages/.test(call))
    expect(sends).toHaveLength(4)
    for (const { fields } of sends) expect(fields['allowed_mentions']).toEqual({ parse: [] })
  })
})
