import { expect, test } from 'vitest'
import { textAt, valueAt } from './pointer.ts'

const document = { a: { 'b/c': [{ id: 7 }, { id: 'x' }], 'm~n': false }, '': 'nameless', none: '' }

test.each([
  ['', document],
  ['/a/b~1c/0/id', 7],
  ['/a/b~1c/1', { id: 'x' }],
  ['/a/m~0n', false],
  ['/', 'nameless'],
])('%s leads to its value', (pointer, value) => {
  expect(valueAt(document, pointer)).toEqual(value)
})

test.each([
  '/b',
  '/a/b~1c/2/id',
  '/a/b~1c/-1',
  '/a/b~1c/01',
  '/a/b~1c/length',
  '/none/length',
  '/constructor',
])('%s leads nowhere', (pointer) => {
  expect(valueAt(document, pointer)).toBeUndefined()
})

test('numbers are read as texts, and nothing else is', () => {
  expect(textAt(document, '/a/b~1c/0/id')).toBe('7')
  expect(textAt(document, '/a/b~1c/1/id')).toBe('x')
  expect(textAt(document, '/a')).toBeUndefined()
  expect(textAt(document, '/a/m~0n')).toBeUndefined()
  expect(textAt(document, '/none')).toBeUndefined()
})
