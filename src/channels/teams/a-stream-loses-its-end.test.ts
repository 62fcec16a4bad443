import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { canEdit, type Channel, type SentMessage } from '../channel.ts'
import { startStage } from './testing/stage.ts'

let stage: Awaited<ReturnType<typeof startStage>>
beforeEach(async () => {
  stage = await startStage()
})
afterEach(() => stage.simulator.stop())

const growing = (text: string) => ({ text, plain: text, growing: true }) as const
const final = (text: string) => ({ text, plain: text })

function open(channel: Channel = stage.channel) {
  return channel.send({ chatId: stage.room.id, kind: 'private' }, growing(''), 'key')
}

async function edit(sent: SentMessage, message: ReturnType<typeof final>, channel: Channel = stage.channel) {
  if (!canEdit(channel)) throw new Error('it has no edits')
  await channel.edit(sent, message)
}

const shown = () => stage.room.messages().map(({ text, isGrowing }) => [text, isGrowing])

describe('a streamed answer', () => {
  it('shows what is settled, and at the end all of it', async () => {
    const sent = await open()
    await edit(sent, growing('The **ans**'))
    await edit(sent, growing('The **answer** is'))
    expect(shown()).toEqual([['The **ans', true]])
    await edit(sent, growing('The **answer** is 42'))
    expect(shown()).toEqual([['The answer is', true]])
    await edit(sent, final('The **answer** is 42.'))
    expect(shown()).toEqual([['The answer is 42.', false]])
  })

  it('may end otherwise than it began', async () => {
    const sent = await open()
    await edit(sent, growing('I think that'))
    await edit(sent, growing('I think that it is'))
    await edit(sent, final('No.'))
    expect(shown()).toEqual([['No.', false]])
  })

  it('goes on as edits after the two minutes of a stream', async () => {
    const sent = await open()
    await edit(sent, growing('one'))
    stage.clock.now += 101_000
    await edit(sent, growing('one two'))
    expect(shown()).toEqual([['one two', false]])
    stage.clock.now += 60_000
    await edit(sent, growing('one two three'))
    await edit(sent, final('one two three four'))
    expect(shown()).toEqual([['one two three four', false]])
  })

  it('ends when Teams ended the stream before us', async () => {
    const sent = await open()
    stage.clock.now += 121_000
    await edit(sent, final('late'))
    expect(shown()).toEqual([['late', false]])
  })

  it('is taken over by another process', async () => {
    const sent = await open()
    await edit(sent, growing('one two'))
    await edit(sent, growing('one two three'))
    stage.clock.now += 1000
    const other = stage.create()
    await edit(sent, growing('one two three four'), other)
    await edit(sent, growing('one two three four five'), other)
    expect(shown()).toEqual([['one two three four', true]])
    await edit(sent, final('one two three four five six'), other)
    await edit(sent, final('one two three four five six'), stage.create())
    expect(shown()).toEqual([['one two three four five six', false]])
  })

  it('is edited where streams are switched off', async () => {
    stage.room.allowsStreams = false
    const sent = await open()
    expect(shown()).toEqual([['…', false]])
    await edit(sent, growing('one'))
    await edit(sent, final('one two'))
    expect(shown()).toEqual([['one two', false]])
  })

  it('is closed once more when the closing got no answer', async () => {
    const sent = await open()
    stage.bot.sendFaults.push('drop_after')
    await expect(edit(sent, final('whole'))).rejects.toMatchObject({ name: 'NetworkError' })
    await edit(sent, final('whole'))
    expect(shown()).toEqual([['whole', false]])
  })

  it('can end with buttons', async () => {
    if (!canEdit(stage.channel)) throw new Error('it has no edits')
    const sent = await open()
    const buttons = [{ label: 'Yes', value: '/approve 7' }]
    await stage.channel.edit(sent, { ...final('Sure?'), buttons })
    expect(stage.room.messages()[0]).toMatchObject({ text: 'Sure?', buttons: ['Yes'] })
  })
})
