import type { Table } from 'mdast'
import { expect, it } from 'vitest'
import { parseMarkdown } from '../lib/markdown.ts'
import { alignTable } from './aligned-table.ts'

function align(...lines: string[]): string[] {
  const [table] = parseMarkdown(lines.join('\n')).children
  return alignTable(table as Table).split('\n')
}

it('makes columns as wide as their widest cell, with a rule below the head', () => {
  expect(align('| a | long head |', '|-|-|', '| cell | b |')).toEqual([
    'a    | long head',
    '-----+----------',
    'cell | b',
  ])
})

it('aligns to the right what is marked so', () => {
  expect(align('| city | people |', '|-|-:|', '| Bern | 7 |', '| Basel | 1000 |')).toEqual([
    'city  | people',
    '------+-------',
    'Bern  |      7',
    'Basel |   1000',
  ])
})

it('counts signs that take two columns as two', () => {
  expect(align('| 城市 | b |', '|-|-|', '| ab | c |', '| 👍🏽 | d |')).toEqual([
    '城市 | b',
    '-----+--',
    'ab   | c',
    '👍🏽   | d',
  ])
})

it('shows the text of markup, and what stands for a picture', () => {
  expect(align('| **bold** `code` | ![a cat](https://example.org/cat.png) |', '|-|-|')).toEqual([
    'bold code | a cat',
    '----------+------',
  ])
})

it('keeps the columns of rows that are too short', () => {
  expect(align('| a | b |', '|-|-|', '| only |', '| c | last |')).toEqual([
    'a    | b',
    '-----+-----',
    'only |',
    'c    | last',
  ])
})
