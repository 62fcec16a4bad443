import type { Nodes } from 'mdast'
import { parseMarkdown } from '../../../lib/markdown.ts'
import { fieldsOf, listOf, type Fields } from '../../../lib/json.ts'
import { textOf } from '../../lenient-shape.ts'
import { Refusal } from './refusal.ts'

export interface ShownButton {
  label: string
  value: unknown
}

const maxCardBytes = 30 * 1024
const maxTables = 5
const knownElements = new Set(['markdown', 'button', 'div', 'hr', 'img', 'table', 'column_set'])

/** Reads the JSON of a card as the platform does, with its refusals. */
export function readCard(json: string): Fields {
  if (Buffer.byteLength(json) > maxCardBytes) throw refused('ErrCode: 11246; the card content is too large')
  let card: Fields
  try {
    card = fieldsOf(JSON.parse(json))
  } catch {
    throw refused('ErrCode: 200621; parse card json err')
  }
  if (card['schema'] !== '2.0') throw refused('ErrCode: 200621; only schema 2.0 is simulated')
  const elements = elementsOf(card)
  if (elements.length === 0) throw refused('ErrCode: 200621; the card has no elements')
  const ids = elements.flatMap((element) => textOf(element['element_id']) ?? [])
  if (new Set(ids).size < ids.length) throw refused('ErrCode: 300301; Duplicate element_id in card component')
  if (ids.some((id) => !/^[a-zA-Z]\w{0,19}$/.test(id))) throw refused('ErrCode: 300302; illegal element_id')
  for (const { tag } of elements) {
    if (!knownElements.has(String(tag))) throw refused(`ErrCode: 200861; unsupported tag ${String(tag)}`)
  }
  const tables = elements.reduce((sum, element) => sum + countTables(textOf(element['content']) ?? ''), 0)
  if (tables > maxTables) throw refused('ErrCode: 11310; card table number over limit')
  return card
}

function refused(detail: string): Refusal {
  return new Refusal(230099, `Failed to create card content, ext=${detail}`)
}

export function elementsOf(card: Fields): Fields[] {
  return listOf(fieldsOf(card['body'])['elements']).map(fieldsOf)
}

export function isStreaming(card: Fields): boolean {
  return fieldsOf(card['config'])['streaming_mode'] === true
}

/** A card with another content of one element. */
export function withContent(card: Fields, elementId: string, content: string): Fields {
  const elements = elementsOf(card)
  if (!elements.some((element) => element['element_id'] === elementId)) {
    throw new Refusal(300313, `ErrMsg: not find elementID: ${elementId}`)
  }
  const changed = elements.map((element) =>
    element['element_id'] === elementId ? { ...element, content } : element,
  )
  return { ...card, body: { ...fieldsOf(card['body']), elements: changed } }
}

export function withStreaming(card: Fields, streaming: boolean): Fields {
  return { ...card, config: { ...fieldsOf(card['config']), streaming_mode: streaming } }
}

/** What people see of a card. */
export function shownCard(card: Fields): string {
  return elementsOf(card)
    .filter(({ tag }) => tag === 'markdown')
    .map((element) => shownMarkdown(textOf(element['content']) ?? ''))
    .join('\n')
}

export function buttonsOf(card: Fields): ShownButton[] {
  return elementsOf(card)
    .filter(({ tag }) => tag === 'button')
    .map((button) => ({
      label: textOf(fieldsOf(button['text'])['content']) ?? '',
      value: fieldsOf(listOf(button['behaviors'])[0])['value'],
    }))
}

/** Whom a card calls. */
export function mentionsOf(card: Fields): string[] {
  const text = elementsOf(card).map((element) => textOf(element['content']) ?? '')
  return [...text.join('\n').matchAll(/<at\b[^>]*>/gi)].map(([tag]) => tag)
}

export function shownMarkdown(markdown: string): string {
  return parseMarkdown(markdown).children.map(shown).join('\n\n')
}

function shown(node: Nodes): string {
  if (node.type === 'table') return node.children.map((row) => row.children.map(shown).join(' | ')).join('\n')
  if (node.type === 'list' || node.type === 'listItem' || node.type === 'blockquote') {
    return node.children.map(shown).join('\n')
  }
  if (node.type === 'break') return '\n'
  // A tag is markup of the platform, not text.
  if (node.type === 'html') return ''
  if ('children' in node) return node.children.map(shown).join('')
  return 'value' in node ? node.value : ''
}

function countTables(markdown: string): number {
  return parseMarkdown(markdown).children.filter(({ type }) => type === 'table').length
}
