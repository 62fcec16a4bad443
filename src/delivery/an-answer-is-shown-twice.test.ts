import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ChannelAbilities } from '../channels/channel.ts'
import { createTestDatabase, type TestDatabase } from '../testing/database.ts'
import { englishTexts } from './texts.ts'
import { written } from './testing/scripted-turn.ts'
import { createStage, type Stage } from './testing/stage.ts'

/**
 * The process dies at every single step of a delivery: before and after each call to the platform and each
 * statement. Whoever takes over must leave exactly one answer in the chat.
 */
let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const text = 'One sentence is here. Two sentences are here. Three are here.'
const script = written(text, 700)
const parts = ['One sentence is here.', 'Two sentences are here. Three are here.']
const kinds: [string, Partial<ChannelAbilities>][] = [
  ['edits', { streaming: 'edit', idempotentSend: false }],
  ['edits and idempotent sends', { streaming: 'edit', idempotentSend: true }],
  ['idempotent sends', { streaming: 'buffer', idempotentSend: true }],
]

/** Lets the process die at its n-th step; from then on it does nothing more. */
function dieAt(stage: Stage, step: number): { steps: () => number; revive: () => void } {
  let taken = 0
  const live = () => {
    if (++taken >= step) throw new Error('The process died.')
  }
  stage.atStatement = live
  stage.platform.before = live
  stage.platform.after = live
  return {
    steps: () => taken,
    revive() {
      stage.atStatement = () => undefined
      stage.platform.before = () => undefined
      stage.platform.after = () => undefined
    },
  }
}

function answersIn(stage: Stage): string[] {
  return stage.platform.chat('chat').filter((message) => message !== englishTexts.placeholder)
}

describe.each(kinds)('an answer is shown twice, on a platform with %s', (_name, abilities) => {
  it('does not happen, whenever the process dies', async () => {
    const whole = await createStage(database.db, { ...abilities, maxTextLength: 40 })
    const count = dieAt(whole, Infinity)
    await whole.answer(script)
    expect(answersIn(whole)).toEqual(parts)
    expect(count.steps()).toBeGreaterThanOrEqual(8)

    for (let step = 1; step <= count.steps(); step++) {
      const stage = await createStage(database.db, { ...abilities, maxTextLength: 40 })
      const death = dieAt(stage, step)
      await stage.answer(script).catch(() => undefined)
      death.revive()
      await stage.answer(script)
      expect(answersIn(stage), `death at step ${step}`).toEqual(parts)
      expect((await stage.rows()).map((row) => row.state)).toEqual(['sent', 'sent'])
    }
  })

  it('does not happen when the second process dies too', async () => {
    for (let step = 1; step <= 9; step++) {
      const stage = await createStage(database.db, { ...abilities, maxTextLength: 40 })
      for (const later of [0, 2, 4]) {
        const death = dieAt(stage, step + later)
        await stage.answer(script).catch(() => undefined)
        death.revive()
      }
      await stage.answer(script)
      expect(answersIn(stage), `deaths from step ${step} on`).toEqual(parts)
    }
  })
})
