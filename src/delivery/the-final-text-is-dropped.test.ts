import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../testing/database.ts'
import { refusal } from './testing/memory-channel.ts'
import { written } from './testing/scripted-turn.ts'
import { createStage } from './testing/stage.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const text = 'A long answer that is written slowly, word by word, until it is done.'

describe('the final text is dropped', () => {
  it('not by a flood wait of 35 seconds in mid-stream, which costs few calls', async () => {
    const stage = await createStage(database.db)
    let calls = 0
    stage.platform.before = ({ method }) => {
      if (method === 'edit' && ++calls === 3) throw refusal('rate_limited', 35_000)
    }
    await stage.answer(written(text, 500))
    expect(stage.platform.chat('chat')).toEqual([text])
    const edits = stage.platform.calls.filter((call) => call.method === 'edit')
    expect(edits.length).toBeLessThanOrEqual(5)
    const refused = edits[2]?.at ?? 0
    expect(edits[3]?.at).toBeGreaterThanOrEqual(refused + 35_000)
  })

  it('not by a flood wait at the very end', async () => {
    const stage = await createStage(database.db)
    let refusals = 3
    stage.platform.before = (call) => {
      if (call.text === text && refusals-- > 0) throw refusal('rate_limited', 10_000)
    }
    await stage.answer(written(text, 100))
    expect(stage.platform.chat('chat')).toEqual([text])
  })

  it('not when it ends while an edit waits for its turn', async () => {
    const stage = await createStage(database.db, {
      pace: {
        privateChat: { burst: 2, perSecond: 0.1 },
        groupChat: { burst: 1, perSecond: 0.1 },
        bot: { burst: 10, perSecond: 1 },
      },
    })
    await stage.answer(written(text, 300))
    expect(stage.platform.chat('chat')).toEqual([text])
    expect(stage.platform.calls.filter((call) => call.method !== 'typing').length).toBeLessThanOrEqual(4)
  })

  it.each([
    ['an empty answer says so', [], '(no answer)'],
    [
      'an error follows the text',
      [{ type: 'error', errorText: 'The agent is away.' } as const],
      'Half a\n\nThe agent is away.',
    ],
    ['a stop follows the text', [{ type: 'abort' } as const], 'Half a\n\nStopped.'],
  ])('%s', async (_name, ending, expected) => {
    const stage = await createStage(database.db)
    const begun = ending.length === 0 ? [] : written('Half a', 100).slice(0, -2)
    await stage.answer([...begun, ...ending, { type: 'finish' }])
    expect(stage.platform.chat('chat')).toEqual([expected])
  })
})
