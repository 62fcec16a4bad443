import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseMarkdown, printMarkdown } from './markdown.ts'
import { closeMarkdown } from './unfinished-markdown.ts'

const cases: [string, string][] = [
  ['plain text', 'plain text'],
  ['some **bold te', 'some **bold te**'],
  ['some **bold ', 'some **bold**'],
  ['some **', 'some '],
  ['some ~~old~', 'some ~~old~~'],
  ['**both _two_*', '**both _two_**'],
  ['what](', 'what]('],
  ['**bold', '**bold**'],
  ['_soft and **both', '_soft and **both**_'],
  ['***all', '***all***'],
  ['~~old', '~~old~~'],
  ['snake_case_name', 'snake_case_name'],
  ['2 * 3 * 4', '2 * 3 * 4'],
  ['call `fn(', 'call `fn(`'],
  ['see [the do', 'see '],
  ['see [the docs](https://a.exam', 'see '],
  ['see ![a chart](https', 'see '],
  ['see [the docs](https://a.example)', 'see [the docs](https://a.example)'],
  ['in **[the docs](ht', 'in'],
  ['an array[0] and [0, 1', 'an array[0] and '],
  ['```ts\nconst a', '```ts\nconst a\n```'],
  ['1. Run:\n   > ```\n   > ls', '1. Run:\n   > ```\n   > ls\n   > ```'],
  ['- ```sh\n  ls\n', '- ```sh\n  ls\n  ```'],
  ['````md\n```', '````md\n````'],
  ['```ts\nconst a\n``', '```ts\nconst a\n```'],
  ['done\n\n```\n**no\n```\n\n**yes', 'done\n\n```\n**no\n```\n\n**yes**'],
  ['- **one\n- two', '- **one\n- two'],
  ['- one\n- **two', '- one\n- **two**'],
  ['text\n--', 'text'],
  ['text\n-', 'text'],
  ['| a | b |', '| a | b |\n| --- | --- |'],
  ['| a | b', '| a | b\n| --- | --- |'],
  ['| a | b |\n|--', '| a | b |\n| --- | --- |'],
  ['| a | b |\n|---|---|\n| 1 | **2', '| a | b |\n|---|---|\n| 1 | **2**'],
]

describe('closeMarkdown', () => {
  it.each(cases)('%j', (unfinished, closed) => {
    expect(closeMarkdown(unfinished)).toBe(closed)
  })

  it('changes nothing before the end, so that positions hold', () => {
    const pieces = [
      'a ',
      '**',
      '*',
      '_',
      '`',
      '```\n',
      '[',
      '](',
      ')',
      '\n',
      '\n\n',
      '| ',
      '- ',
      '~~',
      '\\',
      'b',
    ]
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 30 }), (chosen) => {
        const text = chosen.join('')
        const closed = closeMarkdown(text)
        let same = 0
        while (same < text.length && text[same] === closed[same]) same++
        expect(closed.slice(same)).toMatch(/^[*_~`]*$|^[\n| -]*$|^\s*(`+|~+)$/)
      }),
    )
  })

  it('shows no marks of an answer that is being written', () => {
    const answer =
      'Use **both _kinds_** of `marks`, a [link](https://a.example) and:\n\n- **one** item\n- ~~two~~\n\nEnd.'
    for (let length = 1; length <= answer.length; length++) {
      const shown = printMarkdown(parseMarkdown(closeMarkdown(answer.slice(0, length))))
      expect(shown).not.toMatch(/\\[*_`~[]/)
    }
  })
})
