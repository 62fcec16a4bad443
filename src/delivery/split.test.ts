import type { Nodes, Root } from 'mdast'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseMarkdown, printMarkdown, printPlain } from '../lib/markdown.ts'
import { createSplitter } from './split.ts'

const split = (text: string, limit: number) =>
  createSplitter(printMarkdown, limit)
    .split(text, true)
    .map((message) => message.text)

describe('split', () => {
  it('leaves a text that fits alone', () => {
    expect(split('# Hello\n\nworld', 100)).toEqual(['# Hello\n\nworld'])
  })

  it('has no message for a text with nothing to see', () => {
    expect(split('  \n\n ', 100)).toEqual([])
  })

  it('cuts between blocks, and keeps a heading with what follows', () => {
    expect(split('First block here.\n\nSecond block here.\n\n## Head\n\nThird.', 50)).toEqual([
      'First block here.\n\nSecond block here.',
      '## Head\n\nThird.',
    ])
  })

  it('closes a code fence and opens it again with its language', () => {
    expect(split('```ts\nconst a = 1\nconst b = 2\nconst c = 3\n```', 36)).toEqual([
      '```ts\nconst a = 1\nconst b = 2\n```',
      '```ts\nconst c = 3\n```',
    ])
  })

  it('repeats the head of a table', () => {
    const table = '| n | word |\n| - | ---- |\n| 1 | one  |\n| 2 | two  |\n| 3 | tri  |'
    expect(split(table, 55)).toEqual([
      '| n | word |\n| - | ---- |\n| 1 | one  |\n| 2 | two  |',
      '| n | word |\n| - | ---- |\n| 3 | tri  |',
    ])
  })

  it('goes on with the numbers of a list', () => {
    expect(split('1. one item\n1. two items\n1. three items\n1. four', 30)).toEqual([
      '1. one item\n2. two items',
      '3. three items\n4. four',
    ])
  })

  it('cuts a paragraph after a sentence, else after a word', () => {
    expect(split('One is here. Two is here. Three is here.', 30)).toEqual([
      'One is here. Two is here.',
      'Three is here.',
    ])
    expect(split('one two three four five', 12)).toEqual(['one two', 'three four', 'five'])
  })

  it('repeats emphasis on both sides of a cut', () => {
    expect(split('**one two three four**', 14)).toEqual(['**one two**', '**three four**'])
  })

  it('never cuts a character in two', () => {
    const family = '👩‍👩‍👧‍👦'
    expect(split(family.repeat(5), 25)).toEqual([family.repeat(2), family.repeat(2), family])
  })

  it('gives up formatting that leaves no room', () => {
    const url = `https://a.example/${'x'.repeat(300)}`
    expect(split(`See [the docs](${url}) for more.`, 100)).toEqual(['See the docs for more.'])
    const wide = `| ${'head '.repeat(30)}| b |\n|---|---|\n| 1 | 2 |`
    expect(split(wide, 100).every((part) => part.length <= 100)).toBe(true)
  })

  it('measures what is printed, not what was written', () => {
    const print = (root: Root) => printPlain(root).replaceAll('&', '&amp;')
    const parts = createSplitter(print, 20).split('& & & & & & & &', true)
    expect(parts.map((part) => part.plain.trim())).toEqual(['& & &', '& & &', '& &'])
  })
})

const word = fc.constantFrom(
  'word',
  'a',
  'longer',
  '**bold**',
  '_it_',
  '`code`',
  '👩‍👧',
  'a\\*b',
  '&amp;',
  '[l](u)',
  'end.',
  '~~no~~',
  '[x',
  '**',
)
const line = fc.array(word, { minLength: 1, maxLength: 25 }).map((words) => words.join(' '))
const block = fc.oneof(
  line,
  line.map((text) => `## ${text}`),
  fc.array(line, { minLength: 1, maxLength: 6 }).map((lines) => '```js\n' + lines.join('\n') + '\n```'),
  fc.array(line, { minLength: 1, maxLength: 5 }).map((items) => items.map((item) => `- ${item}`).join('\n')),
  fc
    .array(line, { minLength: 1, maxLength: 5 })
    .map((items) => items.map((item, n) => `${n + 4}. ${item}\n   - inner`).join('\n')),
  line.map((text) => `> ${text}\n> ${text}`),
)
const document = fc.array(block, { maxLength: 8 }).map((blocks) => blocks.join('\n\n'))

function content(node: Nodes): string {
  if ('children' in node) return node.children.map(content).join('')
  return 'value' in node ? node.value.replace(/\s/g, '') : ''
}

/** Prints what can be compared: the content alone, with a mark for each leaf's formatting to take up room. */
function printContent(node: Nodes): string {
  if ('children' in node) return node.children.map(printContent).join('')
  return 'value' in node ? node.value : ''
}

describe('any answer', () => {
  it('fits its messages, none of them empty, and loses and repeats nothing', () => {
    fc.assert(
      fc.property(document, fc.integer({ min: 40, max: 300 }), (text, limit) => {
        const parts = createSplitter(printContent, limit).split(text, true)
        expect(parts.filter((part) => part.text.length > limit || part.text.trim() === '')).toEqual([])
        const joined = parts.map((part) => part.text).join('')
        expect(joined.replace(/\s/g, '')).toBe(content(parseMarkdown(text)))
      }),
      { numRuns: 100 },
    )
  })

  it('fits whatever is thrown at it', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 400 }),
        fc.integer({ min: 20, max: 80 }),
        (text, limit) => {
          const parts = createSplitter(printPlain, limit).split(text, true)
          expect(parts.filter((part) => part.text.length > limit)).toEqual([])
        },
      ),
    )
  })

  it('grows without touching a message that is full', () => {
    fc.assert(
      fc.property(document, fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }), (text, steps) => {
        const splitter = createSplitter(printMarkdown, 120)
        let shown: string[] = []
        for (let length = 0, step = 0; length < text.length; step++) {
          length += steps[step % steps.length] ?? 1
          const now = splitter.split(text.slice(0, length), length >= text.length).map((part) => part.text)
          const full = shown.slice(0, -1)
          expect(now.slice(0, full.length)).toEqual(full)
          expect(now.filter((part) => part.length > 120)).toEqual([])
          shown = now
        }
      }),
      { numRuns: 25 },
    )
  })
})
