import { describe, expect, it } from 'vitest'
import { canSendFiles } from '../channel.ts'
import { setWechatStage } from './testing/stage.ts'

const awaitsPerson = { name: 'PlatformError', kind: 'awaits_person' }
const hour = 60 * 60 * 1000

describe('the eleventh message to a person who wrote once', () => {
  it('waits, and goes out after the next message of the person', async () => {
    await using stage = await setWechatStage()
    const { say, chat, simulator, write } = stage
    await write('tell me everything')
    const parts = Array.from({ length: 12 }, (_, index) => `part ${index + 1}`)
    for (const part of parts.slice(0, 10)) await say(part)
    await expect(say('part 11')).rejects.toMatchObject(awaitsPerson)
    await expect(say('part 11')).rejects.toMatchObject(awaitsPerson)
    expect(chat.answers).toEqual(parts.slice(0, 10))
    // The platform was not even asked: what it does with one too many is its own affair.
    expect(simulator.count('sendmessage')).toBe(10)
    await write('go on')
    await say('part 11')
    await say('part 12')
    expect(chat.answers).toEqual(parts)
  })

  it('waits on another replica, too, and after a restart', async () => {
    await using stage = await setWechatStage()
    await stage.write('hello')
    for (let index = 0; index < 10; index += 1) await stage.say(`part ${index}`, stage.create())
    await expect(stage.say('one more', stage.create())).rejects.toMatchObject(awaitsPerson)
    await stage.write('go on')
    await stage.say('one more', stage.create())
    expect(stage.chat.answers).toHaveLength(11)
  })

  it('waits when the platform has counted more than we have', async () => {
    await using stage = await setWechatStage()
    const { say, simulator, chat, write } = stage
    await write('hello')
    chat.spent = 10
    await expect(say('answer')).rejects.toMatchObject({ ...awaitsPerson, code: '-2' })
    await expect(say('answer')).rejects.toMatchObject(awaitsPerson)
    expect(simulator.count('sendmessage')).toBe(1)
    await write('still there?')
    await say('answer')
    expect(chat.answers).toEqual(['answer'])
  })

  it('is counted no more often than it is sent', async () => {
    await using stage = await setWechatStage()
    const { say, simulator, chat, write } = stage
    await write('hello')
    simulator.faults.add('sendmessage', { kind: 'drop_after' })
    await expect(say('once')).rejects.toMatchObject({ name: 'NetworkError' })
    await say('once')
    await say('once')
    expect(chat.answers).toEqual(['once'])
    simulator.faults.add('sendmessage', { kind: 'rate_limit' })
    await expect(say('later')).rejects.toMatchObject({ kind: 'rate_limited' })
    for (let index = 0; index < 9; index += 1) await say(`part ${index}`)
    await expect(say('later')).rejects.toMatchObject(awaitsPerson)
    // What may have arrived may still be asked for again.
    await say('once')
    expect(chat.answers).toHaveLength(10)
  })

  it('waits a day after the question, and with a question that was never asked', async () => {
    await using stage = await setWechatStage()
    const { say, write, time, chat } = stage
    await expect(say('out of the blue')).rejects.toMatchObject(awaitsPerson)
    await write('remind me')
    time.now += 24 * hour - 1
    await say('a reminder')
    time.now += 1
    await expect(say('another')).rejects.toMatchObject(awaitsPerson)
    await write('yes?')
    await say('another')
    expect(chat.answers).toEqual(['a reminder', 'another'])
  })

  it('gets no new budget by an old message that is delivered again', async () => {
    await using stage = await setWechatStage()
    const { say, write, account, inbox, time } = stage
    await write('first')
    time.now += 1000
    await write('second')
    for (let index = 0; index < 10; index += 1) await say(`part ${index}`)
    const count = inbox.messages.length
    account.updates.repeat()
    await inbox.until(({ messages }) => messages.length > count)
    await expect(say('one more')).rejects.toMatchObject(awaitsPerson)
    expect(stage.simulator.count('sendmessage')).toBe(10)
  })

  it('is refused as a file before the file is uploaded', async () => {
    await using stage = await setWechatStage()
    const { say, write, channel, ada, simulator } = stage
    await write('hello')
    for (let index = 0; index < 10; index += 1) await say(`part ${index}`)
    const file = { name: 'a.txt', mediaType: 'text/plain', blob: new Blob(['a']) }
    const to = { chatId: ada.id, kind: 'private' } as const
    if (!canSendFiles(channel)) throw new Error('it sends no files')
    await expect(channel.sendFile(to, file, 'a file')).rejects.toMatchObject(awaitsPerson)
    expect(simulator.count('getuploadurl')).toBe(0)
  })
})
