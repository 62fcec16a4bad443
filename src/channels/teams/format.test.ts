import { expect, it } from 'vitest'
import { parseMarkdown, printPlain } from '../../lib/markdown.ts'
import { printTeams } from './format.ts'

const print = (markdown: string) => printTeams(parseMarkdown(markdown))

it.each([
  ['**bold** _italic_ ~~gone~~ `code`', '**bold** _italic_ ~~gone~~ `code`'],
  ['# Title\n\ntext', '**Title**\n\ntext'],
  ['```js\nlet a = 1\n```', '```js\nlet a = 1\n```'],
  ['- one\n- two', '- one\n- two'],
  ['- [x] done\n- [ ] open', '- ☑ done\n- ☐ open'],
  ['> said', '> said'],
  ['[here](https://a.example/x)', '[here](https://a.example/x)'],
])('prints %j', (markdown, expected) => {
  expect(print(markdown)).toBe(expected)
})

it('prints a table as lines', () => {
  const printed = print('| a | b |\n| - | - |\n| 1 | *2* |')
  expect(printPlain(parseMarkdown(printed))).toBe('a · b\n1 · 2')
})

it('shows HTML and mentions as text', () => {
  const printed = print('<at>Bob</at> <b>x</b>')
  expect(printPlain(parseMarkdown(printed))).toBe('<at>Bob</at> <b>x</b>')
  expect(printed).not.toContain('<at>')
})
