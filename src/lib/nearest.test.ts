import { describe, expect, it } from 'vitest'
import { nearest } from './nearest.ts'

describe('nearest', () => {
  it.each([
    ['modle', 'model'],
    ['Base_URL', 'base_url'],
    ['api-key', 'api_key'],
    ['history_message', 'history_messages'],
  ])('takes %s for %s', (typed, meant) => {
    expect(nearest(typed, ['base_url', 'api_key', 'model', 'history_messages', 'history_chars'])).toBe(meant)
  })

  it('does not guess when nothing is near', () => {
    expect(nearest('colour', ['base_url', 'model'])).toBeUndefined()
    expect(nearest('x', [])).toBeUndefined()
  })
})
