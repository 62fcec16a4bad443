import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createTokenFormat, isToken, tokenPattern } from './format.ts'

const ours = createTokenFormat('the key of this house')
const environments = fc.constantFrom('live' as const, 'test' as const)
const chance = fc.array(fc.integer({ min: 0, max: 61 }), { minLength: 32, maxLength: 32 })
const secrets = fc.tuple(chance, environments).map(([numbers, environment]) => {
  let at = 0
  return createTokenFormat('the key of this house', () => numbers[at++] ?? 0).make(environment)
})

describe('the form of a token', () => {
  it('is the documented one, and ours, whatever chance gives', () => {
    fc.assert(
      fc.property(secrets, (secret) => {
        expect(secret).toMatch(tokenPattern)
        expect(ours.isOurs(secret)).toBe(true)
        expect(isToken(secret)).toBe(true)
      }),
    )
  })

  it('is not ours with any one character changed, taken out or put in', () => {
    const other = fc.constantFrom('0', 'A', 'a', 'z', '9', '-', '_', '.', ' ', '\n')
    const places = fc.integer({ min: 0, max: 47 })
    fc.assert(
      fc.property(secrets, places, other, (secret, at, character) => {
        fc.pre(secret[at] !== character)
        expect(ours.isOurs(secret.slice(0, at) + character + secret.slice(at + 1))).toBe(false)
        expect(ours.isOurs(secret.slice(0, at) + secret.slice(at + 1))).toBe(false)
        expect(ours.isOurs(secret.slice(0, at) + character + secret.slice(at))).toBe(false)
      }),
    )
  })

  it('is not ours when another house made it, or nobody', () => {
    const theirs = createTokenFormat('the key of another house')
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `pt_live_${text}`),
          fc.stringMatching(tokenPattern),
        ),
        (text) => {
          expect(ours.isOurs(text)).toBe(false)
        },
      ),
    )
    fc.assert(
      fc.property(secrets, (secret) => {
        expect(theirs.isOurs(secret)).toBe(false)
      }),
    )
  })

  it('is of one environment: the check of one is not that of the other', () => {
    fc.assert(
      fc.property(secrets, (secret) => {
        const other = secret.startsWith('pt_live_') ? 'pt_test_' : 'pt_live_'
        expect(ours.isOurs(other + secret.slice(8))).toBe(false)
      }),
    )
  })

  it('differs from token to token, in every place', () => {
    const made = Array.from({ length: 200 }, () => ours.make('live'))
    expect(new Set(made).size).toBe(200)
    for (let at = 8; at < 48; at++) expect(new Set(made.map((secret) => secret[at])).size).toBeGreaterThan(20)
  })
})
