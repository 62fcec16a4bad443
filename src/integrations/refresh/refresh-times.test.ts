import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ageOf, backoffMs, idleRefreshAt } from './refresh-times.ts'

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs

describe('an access token is renewed', () => {
  const ageAfter = (lifeMs: number, ms: number) => ageOf({ since: 0, until: lifeMs }, ms)

  it('5 minutes before the end of an hour', () => {
    expect(ageAfter(60 * minuteMs, 55 * minuteMs - 1)).toBe('fresh')
    expect(ageAfter(60 * minuteMs, 55 * minuteMs)).toBe('early')
    expect(ageAfter(60 * minuteMs, 60 * minuteMs - 10_000)).toBe('over')
  })

  it('in the last fifth of a short life', () => {
    expect(ageAfter(10 * minuteMs, 8 * minuteMs - 1)).toBe('fresh')
    expect(ageAfter(10 * minuteMs, 8 * minuteMs)).toBe('early')
  })

  it('never where it has no end', () => {
    expect(ageOf({ since: 0, until: null }, Number.MAX_SAFE_INTEGER)).toBe('fresh')
  })

  it('never for the whole of its life, so that a new one is not over', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 * dayMs }), (lifeMs) => {
        expect(ageAfter(lifeMs, 0)).toBe('fresh')
        expect(ageAfter(lifeMs, lifeMs)).toBe('over')
      }),
    )
  })
})

describe('after a failure', () => {
  it('the next try comes soon, then ever later, up to five minutes', () => {
    const pauses = [1, 2, 3, 9, 10, 1_000].map((failures) => backoffMs(failures, { random: () => 1 }))
    expect(pauses).toEqual([1_000, 2_000, 4_000, 256_000, 300_000, 300_000])
  })

  it('half of it is at random, and the provider’s wish counts, up to an hour', () => {
    expect(backoffMs(3, { random: () => 0 })).toBe(2_000)
    expect(backoffMs(1, { random: () => 0, retryAfterMs: 30_000 })).toBe(30_000)
    expect(backoffMs(1, { random: () => 0, retryAfterMs: 7 * dayMs })).toBe(60 * minuteMs)
  })
})

describe('an idle refresh token is refreshed', () => {
  const after = (ttlMs: number | undefined, random: number, ttl_s?: number) =>
    idleRefreshAt(ttl_s === undefined ? {} : { refresh: { rotation: 'rotates', refresh_ttl_s: ttl_s } }, {
      now: 0,
      refreshExpiresAt: ttlMs,
      random: () => random,
    })?.getTime()

  it('after 70 to 90 % of its limit, the shorter of what the data and the provider say', () => {
    expect([0, 1].map((random) => after(10 * dayMs, random))).toEqual([7 * dayMs, 9 * dayMs])
    expect(after(undefined, 0, 864_000)).toBe(7 * dayMs)
    expect(after(10 * dayMs, 0, 86_400)).toBe(60_480_000)
  })

  it('not where there is no limit, or one that is too short for that', () => {
    expect(after(undefined, 0)).toBeUndefined()
    expect(after(10 * minuteMs, 0)).toBeUndefined()
    expect(after(-1, 0)).toBeUndefined()
  })
})
