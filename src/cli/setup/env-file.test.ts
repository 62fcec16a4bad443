import { parseEnv } from 'node:util'
import { describe, expect, it } from 'vitest'
import { mergeEnv } from './env-file.ts'

const set = (text: string, values: Record<string, string>) => mergeEnv(text, new Map(Object.entries(values)))

describe('.env', () => {
  it.each([
    'plain-1:x/y+z=',
    'with space',
    "it's",
    'a "word"',
    '# no comment',
    '$HOME ${HOME}',
    'back\\nslash',
    `'both" kinds`,
    '-----BEGIN KEY-----\nline = 1\nline # 2\n-----END KEY-----',
  ])('reads %j as it was written, new or in the place of another', (value) => {
    const added = set('A=1', { KEY: value })
    expect(parseEnv(added)).toEqual({ A: '1', KEY: value })
    const replaced = set(`A=1\nexport KEY = "several\nlines"\nB=2\n`, { KEY: value })
    expect(parseEnv(replaced)).toEqual({ A: '1', KEY: value, B: '2' })
    expect(set(replaced, { KEY: 'short' })).toBe('A=1\nKEY=short\nB=2\n')
  })

  it('refuses what it cannot hold, without repeating it', () => {
    const error = (() => {
      try {
        return set('', { KEY: `hush'"\`` })
      } catch (thrown) {
        return String(thrown)
      }
    })()
    expect(error).toContain('KEY')
    expect(error).not.toContain('hush')
  })
})
