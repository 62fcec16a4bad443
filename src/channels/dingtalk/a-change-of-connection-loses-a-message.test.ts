import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { NetworkError } from '../../lib/errors.ts'
import { MemoryInbox } from '../testing/memory-inbox.ts'
import { setReceivingStage } from './testing/receiving.ts'

describe('a change of connection', () => {
  let stage: Awaited<ReturnType<typeof setReceivingStage>>
  beforeEach(async () => {
    stage = await setReceivingStage()
  })
  afterEach(() => stage.stop())

  it('opens the new connection before it leaves the old one', async () => {
    const receiving = await stage.receive()
    const { stream } = stage.account
    stage.bot.faults.recycle!()
    await expect.poll(() => stream.isConnected).toBe(true)
    expect(stream.connections.size).toBe(2)
    stage.write('after the change')
    await receiving.inbox.until(({ messages }) => messages.length > 0)
    expect(await receiving.end()).toBeUndefined()
    expect(receiving.texts()).toEqual(['after the change'])
    expect(stage.account.gatewayCalls).toBe(2)
    await expect.poll(() => stream.connections.size).toBe(0)
  })

  it('still acknowledges on the old connection what came there', async () => {
    const inbox = new MemoryInbox(undefined, stage.memory)
    const gate = Promise.withResolvers<undefined>()
    const accept = inbox.accept.bind(inbox)
    inbox.accept = async (batch) => {
      await gate.promise
      await accept(batch)
    }
    const receiving = await stage.receive(inbox)
    const { stream } = stage.account
    stage.write('slow to commit')
    stage.bot.faults.recycle!()
    await expect.poll(() => stream.isConnected).toBe(true)
    expect(stream.acknowledged).toEqual([])
    gate.resolve(undefined)
    await expect.poll(() => stream.acknowledged.length).toBe(1)
    await receiving.end()
    expect(receiving.texts()).toEqual(['slow to commit'])
  })

  it('ends with an error when the new connection cannot be opened', async () => {
    const receiving = await stage.receive()
    stage.account.faults.refusedConnections = 1
    stage.bot.faults.recycle!()
    expect(await receiving.ended).toBeInstanceOf(NetworkError)
    expect(stage.account.gatewayCalls).toBe(2)
  })

  it('keeps what was not committed, even if the platform forgets it', async () => {
    const refusing = new MemoryInbox(undefined, stage.memory)
    const failing = await stage.receive(refusing)
    refusing.refusals = 1
    stage.write('one')
    expect(String(await failing.ended)).toContain('not committed')
    stage.account.stream.unacknowledged.clear()
    const again = await stage.receive()
    await again.inbox.until(({ messages }) => messages.length > 0)
    await again.end()
    expect(again.texts()).toEqual(['one'])
  })

  it('takes a message that came twice before it was committed as one', async () => {
    const refusing = new MemoryInbox(undefined, stage.memory)
    const failing = await stage.receive(refusing)
    refusing.refusals = 1
    stage.write('one')
    await failing.ended
    const again = await stage.receive()
    // A ticket is taken by the handshake, so now the second connection stands.
    await expect.poll(() => [stage.account.gatewayCalls, stage.account.tickets.size]).toEqual([2, 0])
    stage.account.stream.redeliver()
    stage.bot.faults.duplicate!()
    stage.write('two')
    await again.inbox.until(({ messages }) => messages.some(({ text }) => text === 'two'))
    await expect.poll(() => stage.account.stream.unacknowledged.size).toBe(0)
    await again.end()
    expect(new Set(again.inbox.messages.map(({ key }) => key)).size).toBe(2)
  })
})
