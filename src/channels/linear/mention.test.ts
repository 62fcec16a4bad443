import { expect, it } from 'vitest'
import { withoutMention } from './mention.ts'

const app = { name: 'Portico Door', displayName: 'portico-door' }

it.each([
  ['@portico-door hello', 'hello'],
  ['@Portico Door hello', 'hello'],
  ['hello @portico-door!', 'hello !'],
  ['https://linear.app/portico-people/profiles/portico-door hello', 'hello'],
  ['[@Portico Door](https://linear.app/portico-people/profiles/portico-door) hello', 'hello'],
  ['[portico](<https://linear.app/portico-people/profiles/portico-door>) /stop', '/stop'],
  ['@portico-doors hello', '@portico-doors hello'],
  ['ada@portico-door', 'ada@portico-door'],
  [
    'https://linear.app/portico-people/profiles/portico-door-2 hello',
    'https://linear.app/portico-people/profiles/portico-door-2 hello',
  ],
  ['  hello ', 'hello'],
])('%j is %j to the app', (body, text) => {
  expect(withoutMention(body, app)).toBe(text)
})

it('takes the worst texts at once, and names with any characters', () => {
  for (const piece of ['[', '[@', '@portico-door', 'https://linear.app/a/profiles/', '](<'])
    expect(typeof withoutMention(piece.repeat(50_000), app)).toBe('string')
  expect(withoutMention('@a+b(c) hello', { name: '', displayName: 'a+b(c)' })).toBe('hello')
  expect(withoutMention('@ hello', { name: '', displayName: '' })).toBe('@ hello')
})
