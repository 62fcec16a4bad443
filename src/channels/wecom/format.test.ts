import { expect, it } from 'vitest'
import { parseMarkdown } from '../../lib/markdown.ts'
import { printWeCom } from './format.ts'

const print = (text: string) => printWeCom(parseMarkdown(text))

it.each([
  ['headings, bold and italics', '# A\n\n**b** and _c_', '# A\n\n**b** and *c*'],
  ['no strike-through', '~~old~~ new', 'old new'],
  [
    'links, and the address of those that it would not open',
    '[a](https://a.io/x) [b](ftp://b)',
    '[a](https://a.io/x) b (ftp://b)',
  ],
  ['images as links', '![cat](https://a.io/c.png)', '[cat](https://a.io/c.png)'],
  ['lists within lists', '1. a\n   - b\n2. c', '1. a\n    - b\n2. c'],
  ['boxes', '- [x] done\n- [ ] open', '- ☑ done\n- ☐ open'],
  ['quotes', '> a\n>\n> b', '> a\n> \n> b'],
  ['code that holds a fence', '````\n```\n````', '````\n```\n````'],
  ['no mention that a text makes up', '<@all> and `<@all>`', '＜@all> and `＜@all>`'],
  ['no thoughts that a text makes up', '<think>a</think>', '＜think>a＜/think>'],
  ['no colours that a text makes up', '<font color="info">a</font>', '＜font color="info">a＜/font>'],
])('prints %s', (_, markdown, printed) => {
  expect(print(markdown)).toBe(printed)
})

it('prints a table as a list', () => {
  const table = '| City | People |\n| - | - |\n| Oslo | 700,000 |'
  expect(print(table)).toBe('- **Oslo** · People: 700,000')
})
