import { describe, expect, it } from 'vitest'
import { parseMarkdown, printMarkdown, printPlain, startOf } from './markdown.ts'

describe('parseMarkdown', () => {
  it('resolves references, so that a piece of the tree stands alone', () => {
    const root = parseMarkdown(
      'See [the *docs*][1], ![mark][2] and this[^n].\n\n[1]: https://a.example\n[2]: https://b.example/x.png\n\n[^n]: A note.',
    )
    expect(printMarkdown(root)).toBe(
      'See [the _docs_](https://a.example), ![mark](https://b.example/x.png) and this\\[n].\n\n\\[n] A note.',
    )
  })

  it('gives every node a position, also those that the parser makes up', () => {
    const root = parseMarkdown('Write to someone@mail.example or www.site.example, and wait.')
    const [paragraph] = root.children
    if (paragraph?.type !== 'paragraph') throw new Error('no paragraph')
    expect(paragraph.children.map((node) => [node.type, startOf(node)])).toEqual([
      ['text', 0],
      ['link', 9],
      ['text', 29],
      ['link', 33],
      ['text', 49],
    ])
  })

  it('takes a single tilde for a tilde', () => {
    expect(parseMarkdown('~5 to ~6').children).toMatchObject([{ children: [{ value: '~5 to ~6' }] }])
  })
})

describe('printPlain', () => {
  it.each([
    ['# Title\n\nSome **bold**, _soft_ and ~~old~~ `code`.', 'Title\n\nSome bold, soft and old code.'],
    ['[docs](https://a.example) <https://b.example>', 'docs (https://a.example) https://b.example'],
    ['![a chart](https://a.example/c.png)', 'a chart (https://a.example/c.png)'],
    ['3. three\n4. four\n   - inner', '3. three\n4. four\n   - inner'],
    ['- [x] done\n- [ ] open', '- [x] done\n- [ ] open'],
    ['> quoted\n> twice', '> quoted\n> twice'],
    ['```ts\nconst a = 1\n```', 'const a = 1'],
    ['| a | b |\n|---|---|\n| 1 | 2 |', 'a | b\n1 | 2'],
    ['one\n\n---\n\ntwo', 'one\n\n---\n\ntwo'],
    ['<b>html</b> is text', '<b>html</b> is text'],
  ])('%j', (markdown, plain) => {
    expect(printPlain(parseMarkdown(markdown))).toBe(plain)
  })
})
