import { expect, it } from 'vitest'
import { parseMarkdown } from '../../lib/markdown.ts'
import { printWhatsApp } from './format.ts'
import { shown } from './testing/dialect.ts'

const print = (markdown: string) => printWhatsApp(parseMarkdown(markdown))

it.each([
  ['**bold** _italic_ ~~gone~~ `code`', '*bold* _italic_ ~gone~ `code`'],
  ['# Title\n\ntext', '*Title*\n\ntext'],
  ['```js\nlet a = 1\n```', '```\nlet a = 1\n```'],
  ['- one\n- two\n  - three', '- one\n- two\n   - three'],
  ['2. one\n3. two', '2. one\n3. two'],
  ['- [x] done\n- [ ] open', '- ☑ done\n- ☐ open'],
  ['> said\n> twice', '> said\n> twice'],
  [
    '[here](https://a.example/x) and https://b.example/y_z_',
    'here (https://a.example/x) and https://b.example/y_z_',
  ],
  ['![cat](https://a.example/cat.png)', 'cat (https://a.example/cat.png)'],
  ['| a | b |\n| - | - |\n| 1 | 2 |', '*a* | *b*\n1 | 2'],
  ['a\n\n---\n\nb', 'a\n\n———\n\nb'],
  ['**two\nlines**', '*two*\n*lines*'],
  ['<b>html</b>', '<b>html</b>'],
])('prints %j', (markdown, expected) => {
  expect(print(markdown)).toBe(expected)
})

it.each(['\\*not bold\\*', 'snake\\_case\\_name', '2 \\* 3 \\* 4', '\\~home\\~'])(
  'keeps marks that are meant as text: %s',
  (markdown) => {
    expect(shown(print(markdown))).toBe(markdown.replaceAll('\\', ''))
  },
)

it('keeps backticks that are meant as text looking like themselves', () => {
  expect(shown(print('\\`x\\`'))).toBe('ˋxˋ')
})
