import { expect, it } from 'vitest'
import { parseMarkdown } from '../lib/markdown.ts'
import { printGfm } from './gfm.ts'

const print = (text: string) => printGfm(parseMarkdown(text))

it.each([
  '# Heading\n\nSome **bold**, _soft_, ~~struck~~ and `code`.',
  '- [x] one\n- [ ] two\n  - three',
  '| a | b |\n| - | - |\n| 1 | 2 |',
  '```ts\nconst a = 1 < 2\n```',
  '> quoted\n\n[a link](https://a.example/)',
])('keeps markdown as it is: %j', (text) => {
  expect(print(text)).toBe(text)
})

it.each([
  ['a <b>bold</b> word', 'a \\<b>bold\\</b> word'],
  ['<!-- hidden -->', '\\<!-- hidden -->'],
  ['<img src="https://a.example/x.png">', '\\<img src="https\\://a.example/x.png">'],
  ['> <details>\n> secret', '> \\<details>\n> secret'],
])('shows HTML instead of rendering it: %j', (text, printed) => {
  expect(print(text)).toBe(printed)
})
