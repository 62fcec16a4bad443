import { describe, expect, it } from 'vitest'
import { entryOf, tokenFactsOf } from './read-facts.ts'
import { partOf } from './read-log.ts'
import { factsOf } from './testing/facts.ts'

const facts = factsOf('tok_1', { limits: [{ name: 'requests', limit: 5, windowS: 60, exact: false }] })
const without = (...names: string[]) =>
  Object.fromEntries(Object.entries(facts).filter(([name]) => !names.includes(name)))

describe('facts that another version wrote', () => {
  it('are taken as they are where it is the same version', () => {
    expect(tokenFactsOf(JSON.parse(JSON.stringify(facts)))).toEqual(facts)
  })

  it('get defaults for what an older one did not know', () => {
    const older = without('environment', 'metadata', 'credits', 'addresses', 'agent', 'type')
    expect(tokenFactsOf(older)).toEqual(facts)
  })

  it('lose what only a newer one knows', () => {
    const newer = { ...facts, regions: ['eu'], user: { ...facts.user, tier: 'gold' } }
    expect(tokenFactsOf(newer)).toEqual(facts)
    expect(entryOf({ rev: 1, kind: 'provider', id: 'x', facts: {} })).toBeUndefined()
  })

  it('let nobody in where that is missing by which they would', () => {
    expect(tokenFactsOf(without('user'))).toBeNull()
    expect(tokenFactsOf(without('workspaceId'))).toBeNull()
    expect(tokenFactsOf(without('enabled', 'isMember'))).toMatchObject({ enabled: false, isMember: false })
    expect(tokenFactsOf(without('secrets'))?.secrets).toEqual([])
    expect(tokenFactsOf({ ...facts, limits: [{ name: 'requests' }] })?.limits).toMatchObject([{ limit: 0 }])
    for (const none of [null, undefined, 'text', []]) expect(tokenFactsOf(none)).toBeNull()
  })
})

describe('a log', () => {
  const row = (rev: number, kind = 'user') => ({ rev, kind, id: 'ada', facts: null })

  it('is followed over entries that only newer versions know', () => {
    expect(partOf([row(4), row(5, 'provider')], 3, 5)).toMatchObject({
      from: 3,
      to: 5,
      entries: [{ rev: 4 }],
    })
  })

  it.each([
    ['that was shortened', [row(5)], 3, 5],
    ['with a hole in it', [row(4), row(6)], 3, 6],
    ['that lost its end', [row(4)], 3, 5],
    ['that is empty, as it was emptied', [], 3, 4],
    ['of another database, which is not as far', [], 3, 1],
  ])('is not followed %s', (_, rows, from, current) => {
    expect(partOf(rows, from, current)).toBeUndefined()
  })

  it('is at its end where nothing was added', () => {
    expect(partOf([], 3, 3)).toMatchObject({ to: 3, entries: [] })
  })
})
