import { describe, expect, it } from 'vitest'
import { createNotes } from './notes.ts'

const minute = 29_000_000 * 60_000

describe('what is noted', () => {
  it('is one row for each token and minute, however many uses there were', () => {
    const notes = createNotes()
    for (let use = 0; use < 1_000; use++) notes.used('tok_1', 'hash', minute + use)
    notes.used('tok_1', 'hash', minute + 60_000)
    notes.refused('tok_1', minute)
    expect(notes.take(100)).toEqual({
      minutes: [
        { tokenId: 'tok_1', minute, uses: 1_000, refusals: 0 },
        { tokenId: 'tok_1', minute: minute + 60_000, uses: 1, refusals: 0 },
        { tokenId: 'tok_1', minute, uses: 0, refusals: 1 },
      ],
      lastUses: [{ hash: 'hash', at: minute + 60_000 }],
    })
    expect(notes.take(100)).toBeUndefined()
  })

  it('is taken in parts, each token once', () => {
    const notes = createNotes()
    for (let token = 0; token < 5; token++) notes.used(`tok_${token}`, `hash ${token}`, minute)
    const parts = [notes.take(2), notes.take(2), notes.take(2), notes.take(2)]
    expect(parts.map((part) => part?.minutes.length)).toEqual([2, 2, 1, undefined])
  })

  it('stays whole and does not grow while nothing can be written', () => {
    const notes = createNotes()
    for (let passed = 0; passed < 500; passed++) notes.used('tok_1', 'hash', minute + passed * 60_000)
    expect(notes.take(100)?.minutes).toEqual([
      { tokenId: 'tok_1', minute, uses: 499, refusals: 0 },
      { tokenId: 'tok_1', minute: minute + 499 * 60_000, uses: 1, refusals: 0 },
    ])
  })

  it('is not lost when idle records are dropped', () => {
    const notes = createNotes()
    notes.used('tok_1', 'hash', minute)
    for (let time = 0; time < 3; time++) notes.forgetIdle()
    expect(notes.take(100)?.minutes).toHaveLength(1)
    for (let time = 0; time < 3; time++) notes.forgetIdle()
    notes.used('tok_1', 'hash', minute)
    expect(notes.take(100)?.minutes).toEqual([{ tokenId: 'tok_1', minute, uses: 1, refusals: 0 }])
  })
})
