import { describe, expect, it } from 'vitest'
import { parseMarkdown } from '../../lib/markdown.ts'
import { printDiscord } from './format.ts'
import { shown } from './testing/shown.ts'

const print = (markdown: string) => printDiscord(parseMarkdown(markdown))

describe('Discord markdown', () => {
  it.each([
    ['**bold** _leaning_ ~~gone~~ `code`', '**bold** *leaning* ~~gone~~ `code`'],
    ['# One\n\n### Three\n\n#### Four', '# One\n\n### Three\n\n**Four**'],
    ['- a\n  - b\n\n1. one\n2. two', '- a\n  - b\n\n1. one\n2. two'],
    ['- [x] done\n- [ ] open', '- ☑ done\n- ☐ open'],
    ['> quoted\n>\n> twice', '> quoted\n> \n> twice'],
    ['```js\nlet a = 1\n```', '```js\nlet a = 1\n```'],
    ['one\n\n---\n\ntwo', 'one\n\n——————\n\ntwo'],
    ['[docs](https://a.example/x)', '[docs](https://a.example/x)'],
    ['[docs](https://a.example/x_\\(y\\))', '[docs](<https://a.example/x_(y)>)'],
    ['https://a.example/snake_case_name', 'https://a.example/snake_case_name'],
    ['[run](command:x)', 'run (command:x)'],
    ['![a plan](https://a.example/p.png)', '[a plan](https://a.example/p.png)'],
    ['| a | b |\n|---|--:|\n| 1 | 22 |', '```\na |  b\n--+---\n1 | 22\n```'],
  ])('prints %j', (markdown, dialect) => expect(print(markdown)).toBe(dialect))

  it.each([
    'a_b_c and 2 * 3 * 4',
    '~~not~~ gone'.replaceAll('~', '\\~'),
    'a || b || c',
    'shell> cat `file',
    '<@4711> <#12> </new:5> <t:1> and <plain>',
    '[a] (b)',
    'back\\\\slash',
  ])('keeps the text %j as it is', (text) => {
    const [paragraph] = parseMarkdown(text).children
    const words = paragraph?.type === 'paragraph' ? paragraph.children : []
    const plain = words.map((node) => ('value' in node ? node.value : '')).join('')
    expect(shown(print(text))).toBe(plain)
  })

  it.each(['\\# not a heading', '\\> not a quote', '\\- not a list', '1\\. not a list', '\\-# not small'])(
    'begins nothing by accident: %j',
    (text) => expect(print(text)).toBe(text),
  )

  it('never lets a mention of the text become one', () => {
    expect(print('<@4711> and <@&5>')).toBe('\\<@4711> and \\<@&5>')
  })

  it('never lets code end before its end', () => {
    const printed = print('````md\n```js\nx\n```\n````')
    expect(printed.match(/```/g)).toHaveLength(2)
    expect(print('`` a`b ``')).toBe('`` a`b ``')
  })

  it('indents what belongs to a list item', () => {
    expect(print('1. one\n\n   ```\n   code\n   ```')).toBe('1. one\n   ```\n   code\n   ```')
  })
})
