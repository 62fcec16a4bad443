import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../testing/database.ts'
import { noAnswer, refusal } from './testing/memory-channel.ts'
import { written, type Script } from './testing/scripted-turn.ts'
import { createStage } from './testing/stage.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())
const stageWith = (abilities?: Parameters<typeof createStage>[1]) => createStage(database.db, abilities)

/** `written` with more events before its end. */
const withMore = (text: string, ...events: Script): Script => {
  const script = written(text)
  return [...script.slice(0, -1), ...events, ...script.slice(-1)]
}
const plan = {
  type: 'file',
  url: `data:text/plain;base64,${Buffer.from('the plan').toString('base64')}`,
  mediaType: 'text/plain',
  filename: 'plan.txt',
} as const
const yesOrNo = {
  type: 'data-buttons',
  data: { buttons: [{ label: 'Yes', value: '/approve 7' }, { label: 'No' }, { label: 7 }, 'x'] },
} as const

describe('a message that grows natively', () => {
  it('opens empty, is told when it is complete, and shows the whole text', async () => {
    const stage = await stageWith({ streaming: 'native' })
    await stage.answer(written('Short.'))
    expect(stage.platform.calls.filter(({ method }) => method !== 'react')).toMatchObject([
      { method: 'send', text: '' },
      { method: 'edit', text: 'Short.' },
    ])
    expect(stage.platform.messages('chat')).toMatchObject([{ text: 'Short.', isGrowing: false }])
  })

  it('is closed also when its last text stands already', async () => {
    const stage = await stageWith({ streaming: 'native' })
    await stage.answer([...written('Short.').slice(0, -1), 5_000, ...written('Short.').slice(-1)])
    expect(stage.platform.messages('chat')).toMatchObject([{ text: 'Short.', isGrowing: false }])
  })

  it('closes each message of an answer that needs several', async () => {
    const stage = await stageWith({ streaming: 'native' })
    await stage.answer(written('word '.repeat(100), 100))
    const messages = stage.platform.messages('chat')
    expect(messages.length).toBeGreaterThan(2)
    expect(messages.some(({ isGrowing }) => isGrowing)).toBe(false)
  })
})

describe('files of an answer', () => {
  const files = { maxOutboundBytes: 1_000 }

  it('follow the text', async () => {
    const stage = await stageWith({ files })
    expect(await stage.answer(withMore('Here it is.', plan))).toBe('sent')
    expect(stage.platform.chat('chat')).toEqual(['Here it is.', '[plan.txt: the plan]'])
  })

  it('need no text', async () => {
    for (const streaming of ['edit', 'native', 'buffer'] as const) {
      const stage = await stageWith({ files, streaming })
      await stage.answer([{ type: 'start', messageId: 'm' }, plan, { type: 'finish' }])
      expect(stage.platform.chat('chat')).toEqual(['[plan.txt: the plan]'])
    }
  })

  it('are offered as a link, or named, where the platform takes no such file', async () => {
    const stage = await stageWith({ files: { maxOutboundBytes: 3 } })
    const elsewhere = { ...plan, url: 'https://files.example.org/plan.txt' }
    await stage.answer(withMore('Here.', plan, elsewhere))
    expect(stage.platform.chat('chat')).toEqual([
      'Here.',
      '(The file plan.txt could not be sent.)',
      '[plan.txt](https://files.example.org/plan.txt)',
    ])
  })

  it('go out once, also when the answer is taken up again after a crash', async () => {
    const stage = await stageWith({ files, idempotentSend: true })
    const script = withMore('Here.', plan, { ...plan, filename: 'second.txt' })
    stage.platform.after = ({ text }) => {
      if (text.startsWith('[second')) throw noAnswer()
    }
    await expect(stage.answer(script)).rejects.toThrow('No answer')
    stage.platform.after = () => undefined
    expect(await stage.answer(script)).toBe('sent')
    expect(stage.platform.chat('chat')).toEqual(['Here.', '[plan.txt: the plan]', '[second.txt: the plan]'])
  })

  it('that the platform refuses do not keep the others back', async () => {
    const stage = await stageWith({ files })
    stage.platform.before = ({ text }) => {
      if (text.startsWith('[plan') || text.includes('could not be sent')) throw refusal('gone')
    }
    expect(await stage.answer(withMore('Here.', plan, { ...plan, filename: 'b.txt' }))).toBe('sent')
    expect(stage.platform.chat('chat')).toEqual(['Here.', '[b.txt: the plan]'])
  })
})

describe('choices', () => {
  it('are buttons of the last message, once it is complete', async () => {
    const stage = await stageWith({ buttons: { max: 3, maxValueBytes: 64 } })
    await stage.answer(withMore('Shall I?', yesOrNo))
    expect(stage.platform.messages('chat')).toMatchObject([{ text: 'Shall I?', buttons: ['Yes', 'No'] }])
  })

  it.each([undefined, { max: 1, maxValueBytes: 64 }, { max: 3, maxValueBytes: 4 }])(
    'are spelled out where the platform has no room for them: %o',
    async (buttons) => {
      const stage = await stageWith(buttons === undefined ? {} : { buttons })
      await stage.answer(withMore('Shall I?', yesOrNo))
      expect(stage.platform.chat('chat')).toEqual(['Shall I?\n\n- Yes: send `/approve 7`\n- No: send `No`'])
    },
  )
})

describe('the choices of a notice', () => {
  const choices = [
    { label: 'Approve', value: '/approve K7Q2' },
    { label: 'Deny', value: '/deny K7Q2' },
  ]

  it('are buttons under its last message', async () => {
    const stage = await stageWith({ buttons: { max: 2, maxValueBytes: 20 } })
    await stage.notice('word '.repeat(60), true, choices)
    const shown = stage.platform.messages('chat').map(({ buttons }) => buttons)
    expect(shown.length).toBeGreaterThan(1)
    expect(shown.at(-1)).toEqual(['Approve', 'Deny'])
    expect(shown.slice(0, -1).flat()).toEqual([])
  })

  it.each([undefined, { max: 1, maxValueBytes: 20 }, { max: 2, maxValueBytes: 9 }])(
    'are spelled out where the platform has no room for them: %o',
    async (buttons) => {
      const stage = await stageWith(buttons === undefined ? {} : { buttons })
      await stage.notice('Shall I?', true, choices)
      expect(stage.platform.messages('chat')).toMatchObject([
        { text: 'Shall I?\n\n- Approve: send `/approve K7Q2`\n- Deny: send `/deny K7Q2`', buttons: [] },
      ])
    },
  )
})

describe('the question', () => {
  const marks = (stage: Awaited<ReturnType<typeof stageWith>>) =>
    stage.platform.calls.filter(({ method }) => method === 'react').map(({ text }) => text)

  it('is marked while it is answered, in groups', async () => {
    const stage = await stageWith()
    stage.to = { chatId: 'group', kind: 'group' }
    await stage.answer(written('Short.'))
    expect(marks(stage)).toEqual(['working on q', 'nothing on q'])
  })

  it('is not marked in private, where a typing sign is shown', async () => {
    const stage = await stageWith()
    await stage.answer(written('Short.'))
    expect(marks(stage)).toEqual([])
  })

  it('is answered all the same when it cannot be marked', async () => {
    const stage = await stageWith()
    stage.to = { chatId: 'group', kind: 'group' }
    stage.platform.before = ({ method }) => {
      if (method === 'react') throw refusal('invalid')
    }
    expect(await stage.answer(written('Short.'))).toBe('sent')
    expect(stage.platform.chat('group')).toEqual(['Short.'])
  })
})

it('counts bytes where the platform does', async () => {
  const stage = await stageWith({ maxTextLength: 200, textUnit: 'utf8_bytes' })
  const text = '你好。'.repeat(60)
  await stage.answer(written(text))
  const chat = stage.platform.chat('chat')
  expect(chat.join('')).toBe(text)
  for (const message of chat) expect(Buffer.byteLength(message)).toBeLessThanOrEqual(200)
})
