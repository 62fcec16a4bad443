import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ChatAddress, OutboundMessage, SentMessage } from '../channel.ts'
import { realDependencies } from '../testing/channel-contract.ts'
import { slack } from './slack.ts'
import { shownText } from './testing/blocks.ts'
import { setStage, type Stage } from './testing/stage.ts'

let stage: Stage
let to: ChatAddress

beforeEach(async () => {
  stage = await setStage()
  stage.simulator.write(stage.group, stage.ada, `${stage.mention} tell me`)
  await stage.inbox.until(({ messages }) => messages.length > 0)
  to = stage.inbox.messages[0]!.chat
})
afterEach(() => stage.stop())

const empty: OutboundMessage = { text: '', plain: '', growing: true }

function growing(text: string): OutboundMessage {
  return { text, plain: text, growing: true }
}

function whole(text: string): OutboundMessage {
  return { text, plain: text }
}

function standing(chat = stage.group) {
  const message = chat.messages.at(-1)!
  return { text: shownText(message, (id) => id), isStreaming: message.isStreaming }
}

/** The methods that were called for messages, without how often. */
function methods(): string[] {
  const called = stage.simulator.calls.map(({ method }) => method).filter((name) => name.startsWith('chat.'))
  return called.filter((name, index) => called[index - 1] !== name)
}

function edit(sent: SentMessage, message: OutboundMessage): Promise<void> {
  // As it comes back from a database.
  return stage.channel.edit(JSON.parse(JSON.stringify(sent)) as SentMessage, message)
}

describe('an answer in a thread', () => {
  it('grows as a stream, which is closed with the rest', async () => {
    const sent = await stage.channel.send(to, empty, 'key')
    expect(standing()).toEqual({ text: '', isStreaming: true })
    await edit(sent, growing('one two thr'))
    expect(standing()).toEqual({ text: 'one two', isStreaming: true })
    await edit(sent, growing('one two three **fo'))
    expect(standing()).toEqual({ text: 'one two three', isStreaming: true })
    await edit(sent, whole('one two three **four**'))
    expect(standing()).toEqual({ text: 'one two three four', isStreaming: false })
    await edit(sent, whole('one two three **four**'))
    expect(standing()).toEqual({ text: 'one two three four', isStreaming: false })
    expect(methods()).toEqual(['chat.startStream', 'chat.appendStream', 'chat.stopStream', 'chat.update'])
  })

  it('says nothing that might be taken back, and does not ask twice for the same', async () => {
    const sent = await stage.channel.send(to, growing('_Using search…_'), 'key')
    await edit(sent, growing('_Using search…_'))
    await edit(sent, growing('One.'))
    await edit(sent, growing('One. Two'))
    await edit(sent, growing('One. Tw'))
    expect(standing()).toEqual({ text: 'One.', isStreaming: true })
    expect(stage.simulator.calls.filter(({ method }) => method === 'chat.appendStream')).toHaveLength(1)
  })

  it('is written anew when the text does not go on from what stands', async () => {
    const sent = await stage.channel.send(to, empty, 'key')
    await edit(sent, growing('one two three'))
    await edit(sent, growing('something else entirely'))
    expect(standing()).toEqual({ text: 'something else entirely', isStreaming: false })
    await edit(sent, growing('something else entirely, and more'))
    await edit(sent, whole('the end'))
    expect(standing()).toEqual({ text: 'the end', isStreaming: false })
    expect(stage.group.messages).toHaveLength(2)
  })

  it('is completed by another process, which does not know what was appended', async () => {
    const sent = await stage.channel.send(to, empty, 'key')
    await edit(sent, growing('one two three'))
    const bot = { id: 'bot_1', settings: stage.settings, memory: stage.memory }
    const other = slack.create(bot, realDependencies) as Stage['channel']
    await other.edit(sent, whole('one two three four'))
    expect(standing()).toEqual({ text: 'one two three four', isStreaming: false })
  })

  it('stands whole after an answer of Slack was lost on the way', async () => {
    const sent = await stage.channel.send(to, empty, 'key')
    stage.simulator.faults.add({ kind: 'drop_after' }, 'chat.appendStream')
    await expect(edit(sent, growing('one two three'))).rejects.toThrow('No answer')
    stage.simulator.faults.add({ kind: 'drop_after' }, 'chat.stopStream')
    await expect(edit(sent, whole('one two three four'))).rejects.toThrow('No answer')
    await edit(sent, whole('one two three four'))
    expect(standing()).toEqual({ text: 'one two three four', isStreaming: false })
  })

  it('waits when it is told to, and then goes on', async () => {
    const sent = await stage.channel.send(to, empty, 'key')
    await edit(sent, growing('one two three'))
    stage.simulator.faults.add({ kind: 'rate_limit', retryAfter: 35 }, 'chat.stopStream')
    const refused = edit(sent, whole('one two three four'))
    await expect(refused).rejects.toMatchObject({ kind: 'rate_limited', retryAfterMs: 35_000 })
    await edit(sent, whole('one two three four'))
    expect(standing()).toEqual({ text: 'one two three four', isStreaming: false })
    expect(methods().at(-1)).toBe('chat.stopStream')
  })

  it('is closed and written anew when Slack refuses how it ends', async () => {
    const sent = await stage.channel.send(to, empty, 'key')
    await edit(sent, growing('one two three'))
    stage.simulator.faults.add({ kind: 'refuse', error: 'invalid_blocks' }, 'chat.stopStream')
    await edit(sent, { ...whole('one two three four'), buttons: [{ label: 'Yes', value: 'yes' }] })
    expect(standing()).toEqual({ text: 'one two three four', isStreaming: false })
    expect(methods().slice(-2)).toEqual(['chat.stopStream', 'chat.update'])
  })

  it('carries its buttons at the end', async () => {
    const sent = await stage.channel.send(to, empty, 'key')
    await edit(sent, { ...whole('Sure?'), buttons: [{ label: 'Yes', value: 'yes' }] })
    expect(standing()).toEqual({ text: 'Sure?', isStreaming: false })
    stage.simulator.press(stage.group, stage.bob, stage.group.messages.at(-1)!, 'Yes')
    await stage.inbox.until(({ messages }) => messages.length > 1)
    expect(stage.inbox.messages[1]).toMatchObject({ text: 'yes', chat: to, sender: { name: 'Bob' } })
  })

  it('is edited where Slack allows no stream', async () => {
    stage.simulator.faults.add({ kind: 'refuse', error: 'channel_type_not_supported' }, 'chat.startStream')
    const sent = await stage.channel.send(to, empty, 'key')
    expect(standing()).toEqual({ text: '…', isStreaming: false })
    await edit(sent, growing('one two thr'))
    expect(standing()).toEqual({ text: 'one two thr', isStreaming: false })
  })

  it('is edited outside of threads', async () => {
    const sent = await stage.channel.send({ chatId: stage.direct.id, kind: 'private' }, empty, 'key')
    await edit(sent, whole('one'))
    expect(standing(stage.direct)).toEqual({ text: 'one', isStreaming: false })
    expect(methods()).toEqual(['chat.postMessage', 'chat.update'])
  })
})

describe('the status line', () => {
  it('stands under a thread until the answer comes', async () => {
    await stage.channel.showTyping(to)
    expect(stage.group.status.get(to.topicId!)).toBe('is writing…')
    await stage.channel.send(to, whole('done'), 'key')
    expect(stage.group.status.size).toBe(0)
    await stage.channel.showTyping({ chatId: stage.direct.id, kind: 'private' })
    expect(stage.direct.status.size).toBe(0)
  })
})
