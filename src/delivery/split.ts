import type { Nodes, Root } from 'mdast'
import type { ChannelAbilities, ChannelDefinition, OutboundMessage } from '../channels/channel.ts'
import { parseMarkdown, printPlain, startOf } from '../lib/markdown.ts'
import { closeMarkdown } from '../lib/unfinished-markdown.ts'
import { bestCut } from './cuts.ts'
import { endOf, slice, withoutFormatting } from './slice.ts'

/** Splits one answer, which may still be growing, into messages that fit. */
export interface Splitter {
  /**
   * The messages of the text so far; empty if there is nothing to see. Every text begins with the one before it.
   * All messages but the last are full: they never change again.
   */
  split(text: string, isFinished: boolean): OutboundMessage[]
}

/**
 * `maxLength` counts what `print` makes, in UTF-16 units or in bytes of UTF-8. Cuts fall between blocks where that fills at least half a
 * message, else between items, rows and lines, sentences, words, and at last between characters.
 */
export function createSplitter(
  print: (root: Root) => string,
  maxLength: number,
  unit: ChannelAbilities['textUnit'] = 'utf16',
): Splitter {
  const full: OutboundMessage[] = []
  let from = 0
  const measure = unit === 'utf16' ? (text: string) => text.length : (text: string) => Buffer.byteLength(text)
  const fits = (root: Root) => measure(print(root)) <= maxLength
  const message = (root: Root): OutboundMessage => ({ text: print(root), plain: printPlain(root) })

  return {
    split(text, isFinished) {
      const root = parseMarkdown(isFinished ? text : closeMarkdown(text))
      for (;;) {
        const rest = slice(root, from, Infinity)
        if (fits(rest)) return [...full, message(rest)].filter(isVisible)
        const { piece, end } = nextPiece(root, from, maxLength, fits)
        full.push(message(piece))
        from = end
      }
    },
  }
}

/** The splitter of a channel, by its dialect and its limit. */
export function splitterOf(definition: ChannelDefinition): Splitter {
  const { maxTextLength, textUnit } = definition.abilities
  return createSplitter((root) => definition.print(root), maxTextLength, textUnit)
}

type Fits = (root: Root) => boolean

interface Piece {
  piece: Root
  end: number
}

/** The next message from a position on. Formatting is given up where it would leave no room for the content. */
function nextPiece(root: Root, from: number, maxLength: number, fits: Fits): Piece {
  const start = Math.max(from, firstPosition(slice(root, from, Infinity), from))
  const end = endOf(root)
  const piece = cutPiece(root, start, end, maxLength, fits)
  if (piece !== undefined && piece.end - start >= maxLength / 8) return piece
  const bare = withoutFormatting(root)
  const character = start + 1
  return (
    cutPiece(bare, start, end, maxLength, fits) ??
    piece ?? { piece: slice(bare, start, character), end: character }
  )
}

function cutPiece(root: Root, start: number, end: number, maxLength: number, fits: Fits): Piece | undefined {
  const reach = furthest(root, start, end, maxLength, fits)
  const cut = reach === end ? end : bestCut(root, start, reach, (place) => fits(slice(root, start, place)))
  return cut === undefined ? undefined : { piece: slice(root, start, cut), end: cut }
}

/** The largest position up to which the content fits. */
function furthest(root: Root, start: number, end: number, maxLength: number, fits: Fits): number {
  let low = start
  let high = start + maxLength
  while (high < end && fits(slice(root, start, high))) {
    low = high
    high += maxLength
  }
  if (high >= end && fits(slice(root, start, end))) return end
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (fits(slice(root, start, middle))) low = middle
    else high = middle
  }
  return low
}

function firstPosition(node: Nodes, from: number): number {
  const first = 'children' in node ? node.children[0] : undefined
  return first === undefined ? from : startOf(first)
}

function isVisible(message: OutboundMessage): boolean {
  return message.text.trim() !== '' && message.plain.trim() !== ''
}
