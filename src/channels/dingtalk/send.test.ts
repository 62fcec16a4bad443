import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { canEdit } from '../channel.ts'
import { setReceivingStage } from './testing/receiving.ts'

let stage: Awaited<ReturnType<typeof setReceivingStage>>
beforeEach(async () => {
  stage = await setReceivingStage()
})
afterEach(() => stage.stop())

const says = (text: string) => ({ text, plain: text })

describe('an answer', () => {
  it('goes to the group that asked', async () => {
    const bob = stage.simulator.platform.addPerson('Bob')
    const group = stage.bot.addGroup!('Release party', [stage.ada, bob])
    const receiving = await stage.receive()
    group.write(bob, 'not for you', { aside: true })
    group.write(bob, 'what is left?')
    await receiving.inbox.until(({ messages }) => messages.length > 0)
    await receiving.end()
    const [message] = receiving.inbox.messages
    expect(message).toMatchObject({ text: 'what is left?', addressed: true, chat: { kind: 'group' } })
    await stage.channel.send(message!.chat, says('the cake'), 'key-1')
    expect(group.messages().at(-1)).toMatchObject({ text: 'the cake', from: { isBot: true } })
    expect(stage.answers()).toEqual([])
  })

  it('renews an access token that was withdrawn, once', async () => {
    await stage.channel.send(stage.address, says('one'), 'key-1')
    stage.bot.faults.stale_token!()
    await stage.channel.send(stage.address, says('two'), 'key-2')
    expect(stage.answers()).toEqual(['one', 'two'])
    expect(stage.account.tokenCalls).toBe(2)
  })

  it('shares one access token between calls at the same time', async () => {
    await Promise.all([1, 2, 3].map((n) => stage.channel.send(stage.address, says(`n${n}`), `key-${n}`)))
    expect(stage.account.tokenCalls).toBe(1)
  })

  it('is sent as the robot that the messages name', async () => {
    stage.account.robotCode = 'dingother'
    const receiving = await stage.receive()
    stage.write('hello')
    await receiving.inbox.until(({ messages }) => messages.length > 0)
    await receiving.end()
    await stage.channel.send(stage.address, says('hello'), 'key-1')
    expect(stage.answers()).toEqual(['hello'])
  })

  it('to somebody who is not there is refused for good', async () => {
    const sending = stage.channel.send({ chatId: 'user:nobody', kind: 'private' }, says('x'), 'key-1')
    await expect(sending).rejects.toMatchObject({ kind: 'gone' })
    const toGroup = stage.channel.send({ chatId: 'cidnone==', kind: 'group' }, says('x'), 'key-2')
    await expect(toGroup).rejects.toMatchObject({ kind: 'gone' })
  })
})

describe('a growing answer', () => {
  it('is a card that is closed by its last edit', async () => {
    const { channel, room } = stage
    if (!canEdit(channel)) throw new Error('cannot edit')
    const sent = await channel.send(stage.address, { ...says('dra'), growing: true }, 'key-1')
    expect(room.messages().at(-1)).toMatchObject({ text: 'dra', isGrowing: true })
    await channel.edit(sent, { ...says('draft'), growing: true })
    expect(room.messages().at(-1)).toMatchObject({ text: 'draft', isGrowing: true })
    await channel.edit(sent, says('the end'))
    expect(room.messages().at(-1)).toMatchObject({ text: 'the end', isGrowing: false })
  })

  it('is followed by its buttons, which a card cannot have', async () => {
    const { channel, room } = stage
    if (!canEdit(channel)) throw new Error('cannot edit')
    const sent = await channel.send(stage.address, { ...says(''), growing: true }, 'key-1')
    await channel.edit(sent, { ...says('Sure?'), buttons: [{ label: 'Yes', value: '/approve 7' }] })
    expect(room.messages()).toMatchObject([
      { text: 'Sure?', isGrowing: false, buttons: [] },
      { text: 'Sure?', buttons: ['Yes'] },
    ])
  })

  it('under the same key is one card', async () => {
    const growing = { ...says('dra'), growing: true } as const
    const first = await stage.channel.send(stage.address, growing, 'key-1')
    expect(await stage.channel.send(stage.address, growing, 'key-1')).toEqual(first)
    expect(stage.answers()).toHaveLength(1)
  })

  it('in a group is a card there', async () => {
    const group = stage.bot.addGroup!('Release party', [stage.ada])
    const to = { chatId: group.id, kind: 'group' } as const
    await stage.channel.send(to, { ...says('dra'), growing: true }, 'key-1')
    expect(group.messages()).toMatchObject([{ text: 'dra', isGrowing: true }])
  })

  it('goes on in a new message when the first was none that can be changed', async () => {
    const { channel } = stage
    if (!canEdit(channel)) throw new Error('cannot edit')
    const sent = await channel.send(stage.address, says('a notice'), 'key-1')
    await expect(channel.edit(sent, says('x'))).rejects.toMatchObject({ kind: 'gone' })
    await expect(channel.edit({ out_track_id: 'none' }, says('x'))).rejects.toMatchObject({ kind: 'gone' })
  })
})
