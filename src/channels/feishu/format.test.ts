import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseMarkdown } from '../../lib/markdown.ts'
import { escapeText, printCardMarkdown } from './format.ts'
import { readCard, shownMarkdown } from './testing/cards.ts'
import { printCard } from './card.ts'

const print = (markdown: string) => printCardMarkdown(parseMarkdown(markdown))

describe('the markdown of cards', () => {
  it.each([
    ['# Head\n\ntext', '# Head\n\ntext'],
    ['**bold** _it_ ~~no~~ `code`', '**bold** *it* ~~no~~ `code`'],
    ['- a\n- b\n  - c', '- a\n- b\n  - c'],
    ['3. a\n4. b', '3. a\n4. b'],
    ['- [x] done\n- [ ] open', '- ☑ done\n- ☐ open'],
    ['> quote\n> more', '> quote\n> more'],
    ['```ts\nconst a = 1\n```', '```ts\nconst a = 1\n```'],
    ['````\n```\n````', '````\n```\n````'],
    ['[a](https://example.com/x(1))', '[a](https://example.com/x%281%29)'],
    ['[a](javascript:x)', 'a (javascript:x)'],
    ['![alt](https://example.com/a.png)', '[alt](https://example.com/a.png)'],
    ['| a | b |\n| - | -: |\n| 1 | x\\|y |', '| a | b |\n| --- | ---: |\n| 1 | x&#124;y |'],
    ['---', '---'],
    ['2 < 3 & 4 > 1', '2 &#60; 3 &#38; 4 &#62; 1'],
    ['snake_case and 2 \\* 3', 'snake&#95;case and 2 &#42; 3'],
    ['\\# no head', '&#35; no head'],
    ['1\\. no list', '1&#46; no list'],
  ])('prints %j', (markdown, printed) => {
    expect(print(markdown)).toBe(printed)
  })

  it('shows further tables than five as code, since the card would be refused', () => {
    const table = '| head | b |\n| - | - |\n| 1 | two |'
    const printed = print(Array(7).fill(table).join('\n\ntext\n\n'))
    expect(printed.match(/^\| --- /gm)).toHaveLength(5)
    expect(printed.match(/^```$/gm)).toHaveLength(4)
    expect(printed).toContain('```\nhead | b\n1    | two\n```')
    const card = {
      text: printed,
      summary: '',
      streaming: false,
      buttons: [],
      to: { kind: 'private' },
    } as const
    expect(() => readCard(printCard(card))).not.toThrow()
  })

  it('shows any text as it is', () => {
    const character = fc.constantFrom(...Array.from('ab 12.#*_~`<>&[]()|$\\-+!:;"\'é漢'))
    fc.assert(
      fc.property(
        fc.array(character, { maxLength: 40 }).map((all) => all.join('').trim()),
        (text) => {
          const shown = shownMarkdown(escapeText(text))
          expect(shown.replace(/\s+/g, ' ')).toBe(text.replace(/\s+/g, ' '))
        },
      ),
    )
  })
})
