import { describe, expect, it } from 'vitest'
import { applyPatch } from './state.ts'

describe('a JSON Patch', () => {
  it.each<[string, unknown, object[], unknown]>([
    ['adds a member', {}, [{ op: 'add', path: '/a', value: 1 }], { a: 1 }],
    ['inserts into a list', [1, 3], [{ op: 'add', path: '/1', value: 2 }], [1, 2, 3]],
    ['appends to a list', [1], [{ op: 'add', path: '/-', value: 2 }], [1, 2]],
    ['replaces in a list', [1, 2], [{ op: 'replace', path: '/1', value: 9 }], [1, 9]],
    ['replaces the whole', { a: 1 }, [{ op: 'replace', path: '', value: [] }], []],
    ['removes', { a: 1, b: [1, 2] }, [{ op: 'remove', path: '/b/0' }], { a: 1, b: [2] }],
    ['moves', { a: 1 }, [{ op: 'move', from: '/a', path: '/b' }], { b: 1 }],
    ['copies', { a: [1] }, [{ op: 'copy', from: '/a', path: '/b' }], { a: [1], b: [1] }],
    [
      'reads escaped keys',
      { 'a/b': { '~': 1 } },
      [{ op: 'replace', path: '/a~1b/~0', value: 2 }],
      { 'a/b': { '~': 2 } },
    ],
    ['tests', { a: 1 }, [{ op: 'test', path: '/a', value: 1 }], { a: 1 }],
  ])('%s', (_name, before, patch, after) => {
    const original = structuredClone(before)
    expect(applyPatch(before, patch)).toEqual(after)
    expect(before).toEqual(original)
  })

  it.each([
    [{ op: 'remove', path: '/none' }],
    [{ op: 'replace', path: '/none', value: 1 }],
    [{ op: 'add', path: '/none/a', value: 1 }],
    [{ op: 'add', path: '/list/9', value: 1 }],
    [{ op: 'test', path: '/list', value: 1 }],
    [{ op: 'invent', path: '/list' }],
  ])('refuses %j', (operation) => {
    expect(() => applyPatch({ list: [] }, [operation])).toThrow()
  })

  it('cannot reach what all objects inherit', () => {
    const after = applyPatch({}, [{ op: 'add', path: '/__proto__', value: { admin: true } }])
    expect(() => applyPatch({}, [{ op: 'add', path: '/__proto__/admin', value: true }])).toThrow()
    expect(({} as { admin?: boolean }).admin).toBeUndefined()
    expect(Object.getPrototypeOf(after)).toBe(Object.prototype)
  })
})
