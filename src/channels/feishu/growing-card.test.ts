import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { canEdit, type CanEdit, type Channel, type ChatAddress } from '../channel.ts'
import { PlainMemory } from '../testing/plain-memory.ts'
import { uuidOf } from './post.ts'
import { cardMemory } from './reference.ts'
import { createChannel, setStage, type Stage } from './testing/stage.ts'

let stage: Stage
let channel: Channel & CanEdit
let to: ChatAddress
let memory: PlainMemory

beforeEach(async () => {
  stage = await setStage()
  memory = new PlainMemory()
  channel = restart()
  to = { chatId: stage.chat.id, kind: 'private' }
})
afterEach(() => stage.simulator.stop())

/** The channel of another process, whose clock is the simulator's. */
function restart(): Channel & CanEdit {
  const made = createChannel(stage, memory, { now: () => stage.simulator.now() })
  if (!canEdit(made)) throw new Error('it cannot edit')
  return made
}

const say = (text: string) => ({ text, plain: text })
const grow = (text: string) => ({ ...say(text), growing: true }) as const
const shown = () => stage.room.messages().map(({ text, isGrowing }) => [text, isGrowing])
const callsTo = (path: RegExp) => stage.simulator.calls.filter((call) => path.test(call))

describe('an answer that grows', () => {
  it('is one card of CardKit that is closed in the end, with its buttons', async () => {
    const sent = await channel.send(to, grow(''), 'a')
    expect(shown()).toEqual([['…', true]])
    expect(await memory.read(cardMemory(uuidOf('bot_1', 'a')))).toMatchObject({ card_id: sent['card_id'] })
    await channel.edit(sent, grow('Hello'))
    expect(shown()).toEqual([['Hello', true]])
    const buttons = [{ label: 'Yes', value: 'yes' }]
    await channel.edit(sent, { ...say('Hello, **Ada**'), buttons })
    expect(stage.room.messages()).toMatchObject([{ text: 'Hello, Ada', isGrowing: false, buttons: ['Yes'] }])
    expect(callsTo(/PATCH .*\/messages/)).toEqual([])
    // What it had to remember until then is forgotten.
    expect(await memory.read(cardMemory(uuidOf('bot_1', 'a')))).toBeUndefined()
  })

  it('goes on in another process, whose clock is behind', async () => {
    const sent = await channel.send(to, grow('a'), 'a')
    await channel.edit(sent, grow('a b'))
    stage.simulator.passed -= 60_000
    const other = restart()
    await other.edit(sent, grow('a b c'))
    await other.edit(sent, grow('a b c d'))
    await other.edit(sent, say('a b c d e'))
    expect(shown()).toEqual([['a b c d e', false]])
  })

  it('is sent again with the same card when the answer to the first call was lost', async () => {
    stage.bot.faults.drop_after!()
    await expect(channel.send(to, grow('first'), 'a')).rejects.toThrow('No answer')
    const sent = await restart().send(to, grow('first and second'), 'a')
    expect(shown()).toEqual([['first and second', true]])
    await channel.edit(sent, say('done'))
    expect(shown()).toEqual([['done', false]])
    expect(callsTo(/POST .*\/cards$/)).toHaveLength(1)
  })

  it('is brought up to date when what is sent again is complete', async () => {
    stage.bot.faults.drop_before!()
    await expect(channel.send(to, grow('half'), 'a')).rejects.toThrow('No answer')
    await restart().send(to, say('whole'), 'a')
    expect(shown()).toEqual([['whole', false]])
  })

  it('is a card that is replaced where the app lacks the scope, and asks for it again later', async () => {
    stage.app.scopes.delete('cardkit:card:write')
    const sent = await channel.send(to, grow('Hel'), 'a')
    await channel.send(to, grow('other'), 'b')
    expect(callsTo(/POST .*\/cards$/)).toHaveLength(1)
    await channel.edit(sent, grow('Hello'))
    await channel.edit(sent, say('Hello.'))
    expect(shown()).toEqual([
      ['Hello.', false],
      ['other', false],
    ])
    expect(callsTo(/PATCH .*\/messages/)).toHaveLength(2)
    stage.app.scopes.add('cardkit:card:write')
    stage.simulator.passed += 11 * 60_000
    await channel.send(to, grow('third'), 'c')
    expect(shown().at(-1)).toEqual(['third', true])
  })

  it('is a text where cards are refused; few of its edits are spent on growth', async () => {
    const fault = { kind: 'refuse', code: 230099, message: 'Failed to create card content' } as const
    stage.simulator.faults.add({ call: /POST .*\/cards$/, fault })
    stage.simulator.faults.add({ call: /POST .*\/messages$/, fault })
    const sent = await channel.send(to, { ...grow('**a**'), plain: 'a' }, 'a')
    expect(stage.chat.messages[0]?.type).toBe('text')
    for (let count = 0; count < 30; count += 1) await channel.edit(sent, grow(`a ${count}`))
    await channel.edit(sent, say('the end'))
    expect(shown()).toEqual([['the end', false]])
  })

  it('shows the plain text when the markup of an edit is refused', async () => {
    const sent = await channel.send(to, grow('a'), 'a')
    const fault = { kind: 'refuse', code: 230099, message: 'Failed to create card content' } as const
    stage.simulator.faults.add({ call: /PUT .*\/cards\/[^/]+$/, fault })
    await channel.edit(sent, { text: '**marked**', plain: '*plain*' })
    expect(shown()).toEqual([['*plain*', false]])
  })

  it('says how long a limit lasts in the middle, and goes on after it', async () => {
    const sent = await channel.send(to, grow('a'), 'a')
    stage.simulator.faults.add({ call: /\/content$/, fault: { kind: 'rate_limit', seconds: 35 } })
    const limited = channel.edit(sent, grow('a b'))
    await expect(limited).rejects.toMatchObject({ kind: 'rate_limited', retryAfterMs: 35_000 })
    await channel.edit(sent, grow('a b c'))
    await channel.edit(sent, say('a b c.'))
    expect(shown()).toEqual([['a b c.', false]])
  })

  it('says that the message is gone when it was deleted', async () => {
    stage.app.scopes.clear()
    const sent = await channel.send(to, grow('a'), 'a')
    stage.chat.messages[0]!.isDeleted = true
    await expect(channel.edit(sent, say('b'))).rejects.toMatchObject({ kind: 'gone' })
  })
})
