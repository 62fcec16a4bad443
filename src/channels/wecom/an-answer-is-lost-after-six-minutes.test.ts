import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { canEdit, type CanEdit, type Channel } from '../channel.ts'
import { setReceivingStage } from './testing/receiving.ts'

const says = (text: string) => ({ text, plain: text })
const grows = (text: string) => ({ ...says(text), growing: true }) as const

describe('when the window of a message closes', () => {
  let stage: Awaited<ReturnType<typeof setReceivingStage>>
  let receiving: Awaited<ReturnType<(typeof stage)['receive']>>
  let channel: Channel & CanEdit
  beforeEach(async () => {
    stage = await setReceivingStage()
    if (!canEdit(stage.channel)) throw new Error('cannot edit')
    channel = stage.channel
    receiving = await stage.receive()
  })
  afterEach(async () => {
    await receiving.end()
    await stage.stop()
  })

  it('a growing answer is refused as gone, and its successor comes out whole at the end', async () => {
    const { chat } = await receiving.hear(() => stage.write('think about it'))
    const first = await channel.send(chat, grows(''), 'turn:0')
    await channel.edit(first, grows('well'))
    stage.bot.faults.quota!()
    await expect(channel.edit(first, grows('well, it'))).rejects.toMatchObject({ kind: 'gone' })
    const second = await channel.send(chat, grows(''), 'turn:0:again')
    await channel.edit(second, grows('well, it is'))
    expect(stage.answers()).toEqual(['well'])
    await channel.edit(second, says('well, it is done'))
    await channel.edit(second, says('well, it is done'))
    expect(stage.answers()).toEqual(['well', 'well, it is done'])
  })

  it('an answer that comes too late is pushed', async () => {
    const { chat } = await receiving.hear(() => stage.write('later'))
    stage.bot.faults.quota!()
    await channel.send(chat, says('here it is'), 'turn:0')
    expect(stage.answers()).toEqual(['here it is'])
  })

  it('what was pushed is not changed', async () => {
    const sent = await channel.send(stage.address, says('a notice'), 'notice')
    await expect(channel.edit(sent, says('x'))).rejects.toMatchObject({ kind: 'gone' })
    expect(stage.answers()).toEqual(['a notice'])
  })

  it('each of several questions is answered where it was asked', async () => {
    const first = await receiving.hear(() => stage.write('one?'))
    const second = await receiving.hear(() => stage.write('two?'))
    const one = await channel.send(first.chat, grows(''), 'turn-1:0')
    const two = await channel.send(second.chat, grows(''), 'turn-2:0')
    await channel.edit(two, says('two'))
    await channel.edit(one, says('one'))
    expect([one['req_id'], two['req_id']]).toHaveLength(new Set([one['req_id'], two['req_id']]).size)
    expect(stage.answers()).toEqual(['one', 'two'])
  })

  it('a repeated send under the same key is one message', async () => {
    const { chat } = await receiving.hear(() => stage.write('hello'))
    const sent = await channel.send(chat, grows('he'), 'turn:0')
    expect(await channel.send(chat, grows('he'), 'turn:0')).toEqual(sent)
    expect(stage.answers()).toEqual(['he'])
  })

  it('many updates at once are sent one after the other', async () => {
    const { chat } = await receiving.hear(() => stage.write('hello'))
    const sent = await channel.send(chat, grows(''), 'turn:0')
    await Promise.all(['a', 'ab', 'abc', 'abcd'].map((text) => channel.edit(sent, grows(text))))
    expect(stage.answers()).toEqual(['abcd'])
  })
})

describe('a person who opens the chat', () => {
  it('is welcomed at once, and later by a message', async () => {
    let clock = 0
    const stage = await setReceivingStage({ now: () => clock })
    const receiving = await stage.receive()
    const { chat, kind } = await receiving.hear(() => stage.room.enter(stage.ada))
    expect(kind).toBe('joined')
    await stage.channel.send(chat, says('welcome'), 'welcome')
    clock = 60_000
    await stage.channel.send(chat, says('still here'), 'later')
    expect(stage.answers()).toEqual(['welcome', 'still here'])
    expect(stage.account.callbacks.size).toBe(1)
    await receiving.end()
    await stage.stop()
  })
})
