import { describe, expect, it } from 'vitest'
import { parseMarkdown } from '../../lib/markdown.ts'
import { certainPart, printSlackMarkdown } from './format.ts'
import { readText } from './read-text.ts'

function print(text: string): string {
  return printSlackMarkdown(parseMarkdown(text))
}

describe('printing', () => {
  it.each<[string, string, string]>([
    ['emphasis', '**b** *i* ~~s~~ `c`', '**b** _i_ ~~s~~ `c`'],
    ['a heading', '# Title\n\nText', '# Title\n\nText'],
    ['lists', '* one\n* two\n\n1. first\n2. second', '- one\n- two\n\n1. first\n2. second'],
    ['a link', '[Slack](https://slack.com/a?b=1&c=2)', '[Slack](https://slack.com/a?b=1&c=2)'],
    ['an image', '![a plan](https://a.example/p(1).png)', '[a plan](https://a.example/p%281%29.png)'],
    ['a bare address', 'https://a.example/x_y?b=1&c', '<https://a.example/x_y?b=1&c>'],
    ['code', '```ts\na < b && c\n```', '```ts\na < b && c\n```'],
    ['a table', '| a | b |\n| - | - |\n| 1 | 2 |', '| a | b |\n| - | - |\n| 1 | 2 |'],
    ['signs', 'a & b < c > d', 'a &amp; b &lt; c &gt; d'],
    ['HTML', '<b>x</b>', '&lt;b&gt;x&lt;/b&gt;'],
    ['a quote', '> said', '> said'],
  ])('%s', (_, markdown, printed) => {
    expect(print(markdown)).toBe(printed)
  })

  it.each(['<!channel>', '<!here|here>', 'hey <@U0SIM00001>', '\\<!everyone>', '<!subteam^S1>'])(
    'never calls people: %s',
    (text) => {
      expect(print(text)).not.toMatch(/<[!@]/)
    },
  )

  it('means the same when it is read again', () => {
    const text = 'a \\* b, 1 < 2 & 3 > 2, &amp; and &lt;, a_b_c, \\`x\\`'
    expect(print(print(text))).toBe(print(text))
  })
})

describe('what is certain of a growing text', () => {
  it.each<[string, string]>([
    ['', ''],
    ['word', ''],
    ['two words', 'two'],
    ['two words ', 'two words'],
    ['see **bo', 'see'],
    ['see \\*\\*bo', 'see'],
    ['**done** first paragraph\n\nsecond one', '**done** first paragraph\n\nsecond'],
    ['text\n\n```ts\ncode a\n\ncode b c\n```', 'text\n\n```ts\ncode a\n\ncode b c'],
    ['- one\n- two', '- one\n-'],
    ['see https://example.c', 'see'],
  ])('%j', (text, certain) => {
    expect(certainPart(text)).toBe(certain)
  })

  it('grows with a text as it is written', () => {
    const text =
      'Hello **Ada** & Bob.\n\n- one _two_\n- three `four`\n\n```js\nlet a = 1\n\nlet b\n```\n\nSee https://a.example/b now.'
    let appended = ''
    for (let length = 1; length <= text.length; length += 1) {
      const next = certainPart(print(text.slice(0, length)))
      if (appended.startsWith(next)) continue
      expect(next.startsWith(appended)).toBe(true)
      appended = next
    }
    expect(print(text).startsWith(appended)).toBe(true)
    expect(appended.length).toBeGreaterThan(text.length / 2)
  })
})

describe('reading', () => {
  const names: Record<string, string> = { U0SIM00002: 'Ada' }
  it.each<[string, string]>([
    ['<@U0BOT> hello', 'hello'],
    ['hello <@U0BOT>, what is new?', 'hello what is new?'],
    ['<@U0BOT>: hello', 'hello'],
    ['ask <@U0SIM00002> or <@U0SIM00003|bob>', 'ask @Ada or @bob'],
    ['<!here> and <!subteam^S012|@team> and <!subteam^S013>', '@here and @team and @S013'],
    ['see <https://example.com/a|the page>', 'see the page (https://example.com/a)'],
    [
      'see <https://example.com> and <http://example.org|example.org>',
      'see https://example.com and http://example.org',
    ],
    ['mail <mailto:ada@example.com|ada@example.com>', 'mail ada@example.com'],
    ['in <#C0SIM00001|garden> or <#C0SIM00002>', 'in #garden or #C0SIM00002'],
    ['1 &lt; 2 &amp;&amp; 3 &gt; 2, &amp;lt;', '1 < 2 && 3 > 2, &lt;'],
  ])('%s', (text, read) => {
    expect(readText(text, 'U0BOT', (id) => names[id])).toBe(read)
  })
})
