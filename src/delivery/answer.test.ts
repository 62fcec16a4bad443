import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../testing/database.ts'
import { noAnswer, refusal } from './testing/memory-channel.ts'
import { written } from './testing/scripted-turn.ts'
import { createStage } from './testing/stage.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())
const stageWith = (abilities?: Parameters<typeof createStage>[1]) => createStage(database.db, abilities)

const answerText = 'It is **two** words, then `code`, then the end.'

describe('an answer on a platform with edits', () => {
  it('opens one message and edits it until it shows the whole text', async () => {
    const stage = await stageWith()
    expect(await stage.answer(written(answerText, 300))).toBe('sent')
    expect(stage.platform.chat('chat')).toEqual([answerText])
    expect(stage.platform.calls[0]).toMatchObject({ method: 'send', text: '…' })
    expect(await stage.rows()).toEqual([{ part: 0, state: 'sent', error: null }])
  })

  it('edits no more often than the platform likes', async () => {
    const stage = await stageWith()
    await stage.answer(written(answerText, 100))
    const edits = stage.platform.calls.filter((call) => call.method === 'edit')
    expect(edits).toHaveLength(2)
    const group = await stageWith()
    group.to = { chatId: 'group', kind: 'group' }
    await group.answer(written(answerText, 1000))
    expect(group.platform.calls.filter((call) => call.method === 'edit')).toHaveLength(4)
  })

  it('needs two calls for an answer that is there at once, and three statements', async () => {
    const stage = await stageWith()
    await stage.answer(written('Short.'))
    expect(stage.platform.calls.map((call) => call.method)).toEqual(['send', 'edit'])
    expect(stage.statements).toBe(3)
  })

  it('opens with the text itself where a repeated send is one message', async () => {
    const stage = await stageWith({ idempotentSend: true })
    await stage.answer(written('Short.'))
    expect(stage.platform.calls.map((call) => call.text)).toEqual(['Short.'])
    expect(stage.statements).toBe(2)
    expect(await stage.rows()).toMatchObject([{ state: 'sent' }])
  })

  it('shows the typing sign until there is something to show', async () => {
    const stage = await stageWith()
    await stage.answer([{ type: 'start', messageId: 'm' }, 9000, ...written('Done.')])
    expect(stage.platform.calls.map((call) => call.method)).toEqual([
      'typing',
      'typing',
      'typing',
      'send',
      'edit',
    ])
  })

  it('goes on in a second message when the first is full, and refers to the question in the first only', async () => {
    const stage = await stageWith({ maxTextLength: 40 })
    stage.to = { chatId: 'chat', kind: 'group', replyTo: '7' }
    await stage.answer(written('One sentence is here. Two sentences are here. Three are here.', 100))
    expect(stage.platform.messages('chat')).toMatchObject([
      { text: 'One sentence is here.', replyTo: '7' },
      { text: 'Two sentences are here. Three are here.', replyTo: undefined },
    ])
  })

  it('shows a tool at work only while there is no text', async () => {
    const stage = await stageWith()
    await stage.answer([
      { type: 'tool-input-start', toolCallId: '1', toolName: 'web_search' },
      2000,
      { type: 'tool-output-available', toolCallId: '1', output: {} },
      ...written('Found.'),
    ])
    expect(stage.platform.calls.map((call) => call.text)).toEqual(['…', '_Using web search…_', 'Found.'])
  })

  it('replaces what a failed attempt showed, in the same messages', async () => {
    const stage = await stageWith({ maxTextLength: 40 })
    await stage.answer([
      ...written('The first try was long. It needed two messages for it.', 1000).slice(0, -2),
      { type: 'data-restart', data: { attempt: 2 }, transient: true },
      ...written('Second try.', 1000),
    ])
    expect(stage.platform.chat('chat')).toEqual(['Second try.', '(replaced by the message above)'])
  })

  it('opens a message again that the person deleted', async () => {
    const stage = await stageWith()
    stage.platform.after = ({ text }) => {
      if (text.startsWith('It is')) stage.platform.remove('chat', 1)
    }
    expect(await stage.answer(written(answerText, 400))).toBe('sent')
    expect(stage.platform.chat('chat')).toEqual([answerText])
  })

  it('goes on where an earlier try was cut off', async () => {
    const stage = await stageWith()
    const stop = new AbortController()
    stage.platform.after = ({ method }) => {
      if (method === 'edit') stop.abort(new Error('detached'))
    }
    await expect(stage.answer(written(answerText, 500), stop.signal)).rejects.toThrow('detached')
    stage.platform.after = () => undefined
    expect(await stage.answer(written(answerText))).toBe('sent')
    expect(stage.platform.chat('chat')).toEqual([answerText])
    const before = stage.platform.calls.length
    expect(await stage.answer(written(answerText))).toBe('sent')
    expect(stage.platform.calls).toHaveLength(before)
  })

  it('leaves trouble with the network and the account to the lane', async () => {
    const stage = await stageWith()
    for (const trouble of [
      noAnswer(),
      refusal('bad_credentials'),
      refusal('conflict'),
      refusal('transient'),
    ]) {
      stage.platform.before = () => {
        throw trouble
      }
      await expect(stage.answer(written(answerText))).rejects.toThrow(trouble)
    }
  })
})

describe('an answer on a platform without edits', () => {
  it('is sent at the end, in parts, under keys of its own', async () => {
    const stage = await stageWith({ streaming: 'buffer', idempotentSend: true, maxTextLength: 30 })
    await stage.answer(written('One sentence is here. Two sentences are here.', 100))
    expect(stage.platform.chat('chat')).toEqual(['One sentence is here.', 'Two sentences are here.'])
    expect(await stage.rows()).toMatchObject([{ state: 'sent' }, { state: 'sent' }])
  })

  it('needs one call and one statement when it is there at once', async () => {
    const stage = await stageWith({ streaming: 'buffer', idempotentSend: true })
    await stage.answer(written('Short.'))
    expect(stage.platform.calls).toHaveLength(1)
    expect(stage.statements).toBe(1)
  })

  it('is sent again, in the one case where nobody can know, rather than lost', async () => {
    const stage = await stageWith({ streaming: 'buffer', maxTextLength: 30 })
    let answers = 1
    stage.platform.after = () => {
      if (answers-- === 0) throw noAnswer()
    }
    const script = written('One sentence is here. Two sentences are here.')
    await expect(stage.answer(script)).rejects.toThrow('No answer')
    expect(await stage.rows()).toMatchObject([{ state: 'sent' }, { state: 'opening' }])
    await stage.answer(script)
    expect(stage.platform.chat('chat')).toEqual([
      'One sentence is here.',
      'Two sentences are here.',
      'Two sentences are here.',
    ])
  })

  it('shows the typing sign until the end', async () => {
    const stage = await stageWith({ streaming: 'buffer', idempotentSend: true })
    await stage.answer(written('A few words.', 2000))
    expect(stage.platform.calls.map((call) => call.method)).toEqual(['typing', 'typing', 'send'])
  })
})

describe('a chat that cannot be reached', () => {
  it.each(['gone', 'invalid'] as const)('ends the answer as undeliverable: %s', async (kind) => {
    const stage = await stageWith()
    stage.platform.before = () => {
      throw refusal(kind)
    }
    expect(await stage.answer(written(answerText))).toBe('undeliverable')
    expect(await stage.rows()).toMatchObject([
      { state: 'failed', error: expect.stringContaining(kind) as string },
    ])
    stage.platform.before = () => undefined
    expect(await stage.answer(written(answerText))).toBe('undeliverable')
    expect(stage.platform.chat('chat')).toEqual([])
  })

  it('ends a notice as undeliverable', async () => {
    const stage = await stageWith()
    stage.platform.before = () => {
      throw refusal('gone')
    }
    expect(await stage.notice('Hello')).toBe('undeliverable')
  })
})
