import { expect, it } from 'vitest'
import { parseMarkdown } from '../../lib/markdown.ts'
import { printDingTalk } from './format.ts'

const print = (text: string) => printDingTalk(parseMarkdown(text))

it.each([
  ['headings, bold and italics', '# A\n\n**b** and _c_', '# A\n\n**b** and *c*'],
  ['no strike-through', '~~old~~ new', 'old new'],
  [
    'links, and the address of those that it would not open',
    '[a](https://a.io/x) [b](ftp://b)',
    '[a](https://a.io/x) b (ftp://b)',
  ],
  [
    'images only from the web',
    '![cat](https://a.io/c.png) ![dog](file:///d)',
    '![cat](https://a.io/c.png) dog',
  ],
  ['lists within lists', '1. a\n   - b\n2. c', '1. a\n    - b\n2. c'],
  ['boxes', '- [x] done\n- [ ] open', '- ☑ done\n- ☐ open'],
  ['quotes', '> a\n>\n> b', '> a\n> \n> b'],
  ['code that holds a fence', '````\n```\n````', '````\n```\n````'],
  ['code as it is', '`a*b` and\n\n```js\n<b>*\n```', '`a*b` and\n\n```js\n<b>*\n```'],
  ['stars that are no marks', '2 \\* 3 \\* 4', '2 \\* 3 \\* 4'],
  ['HTML as text', '<font color=red>a</font> &amp;lt;', '&lt;font color=red>a&lt;/font> &amp;lt;'],
])('prints %s', (_, markdown, printed) => {
  expect(print(markdown)).toBe(printed)
})

it('prints a table as a list', () => {
  const table = '| City | People | Area |\n| - | - | - |\n| Oslo | 700,000 | 454 |\n| Bern | 134,000 | |'
  expect(print(table)).toBe('- **Oslo** · People: 700,000 · Area: 454\n- **Bern** · People: 134,000 · Area: ')
})
