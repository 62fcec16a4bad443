import { expect, it } from 'vitest'
import { createIds } from './ids.ts'

it('makes ids that sort by creation, also within a millisecond and when the clock goes back', () => {
  let time = 1_800_000_000_000
  const newId = createIds(() => time)
  const ids = Array.from({ length: 40_000 }, (_, index) => {
    if (index % 1000 === 0) time += index % 2000 === 0 ? 1 : -5
    return newId('msg')
  })
  expect(ids.toSorted()).toEqual(ids)
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids[0]).toMatch(/^msg_[0-9a-hjkmnp-tv-z]{26}$/)
})
