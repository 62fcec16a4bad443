import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { NetworkError } from '../../lib/errors.ts'
import { MemoryInbox } from '../testing/memory-inbox.ts'
import { setReceivingStage } from './testing/receiving.ts'

const says = (text: string) => ({ text, plain: text })

describe('the one connection of a bot', () => {
  let stage: Awaited<ReturnType<typeof setReceivingStage>>
  beforeEach(async () => {
    stage = await setReceivingStage()
  })
  afterEach(() => stage.stop())

  it('is a conflict when somebody else takes it, and is not taken back by itself', async () => {
    const first = await stage.receive()
    const second = await stage.receive(undefined, stage.create())
    expect(await first.ended).toMatchObject({ kind: 'conflict' })
    await expect(stage.channel.send(stage.address, says('x'), 'key-1')).rejects.toBeInstanceOf(NetworkError)
    const heard = await second.hear(() => stage.write('who is there?'))
    expect(heard.text).toBe('who is there?')
    expect(stage.account.connections).toBe(2)
    expect(await second.end()).toBeUndefined()
  })

  it('carries what is sent while it receives', async () => {
    const receiving = await stage.receive()
    await stage.channel.send(stage.address, says('hello'), 'key-1')
    expect(stage.account.connections).toBe(1)
    expect(stage.answers()).toEqual(['hello'])
    expect(await receiving.end()).toBeUndefined()
    await expect.poll(() => stage.account.connection).toBeUndefined()
  })

  it('is not taken from its own receiver by what is sent at the same time', async () => {
    const texts = ['one', 'two', 'three']
    const sending = Promise.allSettled(
      texts.map((text) => stage.channel.send(stage.address, says(text), text)),
    )
    const receiving = await stage.receive()
    await sending
    expect((await receiving.hear(() => stage.write('hello'))).text).toBe('hello')
    expect(await receiving.end()).toBeUndefined()
  })

  it('ends without a try of its own when it breaks', async () => {
    const receiving = await stage.receive()
    stage.bot.faults.disconnect!()
    expect(await receiving.ended).toBeInstanceOf(NetworkError)
    expect(stage.account.connections).toBe(1)
  })

  it('keeps what was not committed, because nothing is sent again', async () => {
    const refusing = new MemoryInbox()
    const failing = await stage.receive(refusing)
    refusing.refusals = 1
    stage.write('one')
    expect(String(await failing.ended)).toContain('not committed')
    const again = await stage.receive()
    await again.inbox.until(({ messages }) => messages.length > 0)
    const two = await again.hear(() => stage.write('two'))
    expect(again.texts()).toEqual(['one', 'two'])
    await stage.channel.send(two.chat, says('both are here'), 'key-1')
    expect(stage.answers()).toEqual(['both are here'])
    await again.end()
  })

  it('ends when two heartbeats are not answered', async () => {
    const ticks: (() => void)[] = []
    const silent = await setReceivingStage({
      sleep: (ms, signal) =>
        new Promise((resolve, reject) => {
          if (ms === 30_000) ticks.push(resolve)
          signal.addEventListener('abort', () => reject(signal.reason as Error))
        }),
    })
    const receiving = await silent.receive()
    const tick = async (count: number) => {
      await expect.poll(() => ticks.length).toBe(count)
      ticks[count - 1]!()
    }
    await tick(1)
    await receiving.inbox.until(({ signsOfLife }) => signsOfLife >= 2)
    silent.bot.faults.half_open!()
    await tick(2)
    await tick(3)
    await tick(4)
    expect(await receiving.ended).toMatchObject({ cause: { message: 'two heartbeats were not answered' } })
    await silent.stop()
  })
})
