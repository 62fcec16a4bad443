import type { Nodes, Root } from 'mdast'
import { startOf } from '../lib/markdown.ts'
import { endOf } from './slice.ts'

/** How good a place is for a cut, best first. */
type Places = { blocks: number[]; inner: number[]; sentences: number[]; words: number[] }

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/**
 * The best place to cut after `from` and not after `reach`: the last one of the best kind that lies in the second
 * half, else the last character that fits. Undefined where no cut is possible: within a table's head.
 */
export function bestCut(
  root: Root,
  from: number,
  reach: number,
  fits: (end: number) => boolean,
): number | undefined {
  const places: Places = { blocks: [], inner: [], sentences: [], words: [] }
  root.children.forEach((node, index) => {
    if (index > 0 && root.children[index - 1]?.type !== 'heading') places.blocks.push(startOf(node))
    collect(node, reach, places)
  })
  const half = from + (reach - from) / 2
  for (const kind of [places.blocks, places.inner, places.sentences, places.words]) {
    const last = kind
      .toSorted((a, b) => a - b)
      .findLast((place) => place <= reach && place > from && place >= half && fits(place))
    if (last !== undefined) return last
  }
  const end = betweenCharacters(root, reach, from)
  return end > from ? end : undefined
}

function collect(node: Nodes, reach: number, places: Places): void {
  const start = startOf(node)
  if (start > reach) return
  if (node.type === 'code' || node.type === 'html') {
    collectMatches(places.inner, node.value, /\n/g, start)
  } else if (node.type === 'text') {
    collectMatches(places.sentences, node.value, /[.!?…]["'”’)]*\s+|[。！？]|\n/g, start)
    collectMatches(places.words, node.value, /\s+/g, start)
  } else if (node.type === 'table') {
    const [, firstRow, ...rows] = node.children
    places.inner.push(...rows.map(startOf))
    for (const row of firstRow === undefined ? [] : [firstRow, ...rows]) collect(row, reach, places)
  } else if ('children' in node) {
    const isBlock = node.type === 'list' || node.type === 'listItem' || node.type === 'blockquote'
    if (isBlock) places.inner.push(...node.children.slice(1).map(startOf))
    for (const child of node.children) collect(child, reach, places)
  }
}

function collectMatches(places: number[], value: string, pattern: RegExp, start: number): void {
  for (const match of value.matchAll(pattern)) places.push(start + match.index + match[0].length)
}

/** Moves a position back so that it splits no character (a grapheme, such as an emoji with its parts) and no table head. */
function betweenCharacters(node: Nodes, position: number, from: number): number {
  if ('value' in node) {
    const index = position - startOf(node)
    if (index <= 0 || index >= node.value.length) return position
    const start = startOf(node) + (graphemes.segment(node.value).containing(index)?.index ?? index)
    if (start > from) return start
    const isInPair = /[\udc00-\udfff]/.test(node.value.charAt(index)) && position - 1 > from
    return isInPair ? position - 1 : position
  }
  if (!('children' in node)) return position
  if (node.type === 'table') {
    const [head, firstRow] = node.children
    const bodyStart = firstRow === undefined ? endOf(node) : startOf(firstRow)
    if (head !== undefined && position > startOf(head) && position <= bodyStart) return startOf(node)
  }
  const child = node.children.findLast((candidate) => startOf(candidate) < position)
  return child === undefined ? position : betweenCharacters(child, position, from)
}
