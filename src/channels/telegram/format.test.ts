import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseMarkdown } from '../../lib/markdown.ts'
import { printHtml } from './format.ts'
import { parseHtml } from './testing/html.ts'

const print = (markdown: string) => printHtml(parseMarkdown(markdown))

describe('the HTML of Telegram', () => {
  it.each([
    ['escapes', 'a < b & c > d', 'a &lt; b &amp; c &gt; d'],
    ['shows HTML as text', '<script>x</script>', '&lt;script&gt;x&lt;/script&gt;'],
    ['marks', '**b** *i* ~~s~~ `c`', '<b>b</b> <i>i</i> <s>s</s> <code>c</code>'],
    ['nests', '**b *i* `c`**', '<b>b <i>i</i> <code>c</code></b>'],
    ['makes headings bold', '# Title\n\ntext', '<b>Title</b>\n\ntext'],
    [
      'links',
      '[l & m](https://a.example/?x="1"&y)',
      '<a href="https://a.example/?x=&quot;1&quot;&amp;y">l &amp; m</a>',
    ],
    ['shows the target of links of other schemes', '[x](javascript:alert)', 'x (javascript:alert)'],
    ['fences', '```ts\na < b\n```', '<pre><code class="language-ts">a &lt; b</code></pre>'],
    ['fences without a language', '```\na\n```', '<pre>a</pre>'],
    ['lists', '- a\n- b\n  - c', '• a\n• b\n   • c'],
    ['numbers from the start', '3. a\n4. b', '3. a\n4. b'],
    ['ticks', '- [x] a\n- [ ] b', '• ☑ a\n• ☐ b'],
    ['quotes, without nesting', '> a\n>\n> > b', '<blockquote>a\n\nb</blockquote>'],
    ['rules', 'a\n\n---\n\nb', 'a\n\n——————\n\nb'],
  ])('%s', (_, markdown, html) => {
    expect(print(markdown)).toBe(html)
  })

  it('aligns tables, also with wide characters', () => {
    const table = '| Name | n |\n|---|--:|\n| 東京 | 7 |\n| Rome & | 12 |'
    expect(print(table)).toBe(
      '<pre>Name   |  n\n-------+---\n東京   |  7\nRome &amp; | 12</pre>'.replace(
        '-------+---',
        '-------+---',
      ),
    )
  })

  it('is always understood by the server', () => {
    const piece = fc.constantFrom(
      '**',
      '*',
      '`',
      '```\n',
      '> ',
      '- ',
      '<b>',
      '&lt;',
      '|',
      '\n',
      '[a](http://x)',
      'x',
      ' ',
      '~~',
      '# ',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        expect(() => parseHtml(print(pieces.join('')))).not.toThrow()
      }),
      { numRuns: 300 },
    )
  })
})
