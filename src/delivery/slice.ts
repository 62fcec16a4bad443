import type { List, Nodes, Paragraph, PhrasingContent, Root, RootContent, Table, TableRow } from 'mdast'
import { startOf } from '../lib/markdown.ts'

/**
 * Cuts markdown trees by position. A position in a leaf is the leaf's start plus an index into its value, so that
 * it means the same character in every tree of a text that only grows.
 */

/** What lies in [from, to): wrappers are repeated on both sides of a cut, content never. */
export function slice(root: Root, from: number, to: number): Root {
  return {
    type: 'root',
    children: root.children.flatMap((node) => sliceNode(node, from, to)) as RootContent[],
  }
}

function sliceNode(node: Nodes, from: number, to: number): Nodes[] {
  const start = startOf(node)
  if ('value' in node) return sliceValue(node, from - start, to - start)
  if (node.type === 'list') return sliceList(node, from, to)
  if (node.type === 'table') return sliceTable(node, from, to)
  if (!('children' in node) || node.children.length === 0) return start >= from && start < to ? [node] : []
  const children = node.children.flatMap((child) => sliceNode(child, from, to))
  if (node.type === 'paragraph' || node.type === 'heading') {
    if (from > start) trimEdge(children, 'start')
    if (to < endOf(node)) trimEdge(children, 'end')
  }
  return children.length === 0 ? [] : [{ ...node, children } as Nodes]
}

/** The white space at a cut belongs to neither side. The nodes are copies made by the cut. */
function trimEdge(children: readonly Nodes[], edge: 'start' | 'end'): void {
  const outer = edge === 'start' ? children[0] : children.at(-1)
  if (outer === undefined) return
  if (outer.type === 'text') outer.value = edge === 'start' ? outer.value.trimStart() : outer.value.trimEnd()
  else if ('children' in outer) trimEdge(outer.children, edge)
}

function sliceValue(node: Nodes & { value: string }, from: number, to: number): Nodes[] {
  if (node.value === '') return from <= 0 && to > 0 ? [node] : []
  let value = node.value.slice(Math.max(from, 0), Math.max(to, 0))
  if (value === '') return []
  const isCutAtLine = node.type === 'code' && to < node.value.length && value.endsWith('\n')
  if (isCutAtLine && value.length > 1) value = value.slice(0, -1)
  return [{ ...node, value } as Nodes]
}

/** The list goes on with its numbering; what is left of an item that was cut stands before it, without a mark. */
function sliceList(list: List, from: number, to: number): Nodes[] {
  const items = list.children.filter((item) => startOf(item) >= from && startOf(item) < to)
  const [first] = items
  const cutItem = list.children.findLast((item) => startOf(item) < from)
  const rest = cutItem?.children.flatMap((child) => sliceNode(child, from, to)) ?? []
  if (first === undefined) return rest
  const kept = items.map((item) => ({
    ...item,
    children: item.children.flatMap((child) => sliceNode(child, from, to)),
  }))
  const start = list.ordered === true ? (list.start ?? 1) + list.children.indexOf(first) : null
  return [...rest, { ...list, start, children: kept } as List]
}

/** Each piece of a table begins with the head; a row that is cut keeps its columns. */
function sliceTable(table: Table, from: number, to: number): Nodes[] {
  const [head, ...rows] = table.children
  if (head === undefined || startOf(head) >= to) return []
  const kept = rows.flatMap((row) => sliceRow(row, from, to))
  if (startOf(head) >= from) return [{ ...table, children: [...sliceRow(head, from, to), ...kept] }]
  const isInHead = from < (rows[0] === undefined ? endOf(head) : startOf(rows[0]))
  return kept.length === 0 && !isInHead ? [] : [{ ...table, children: [head, ...kept] }]
}

function sliceRow(row: TableRow, from: number, to: number): TableRow[] {
  if (startOf(row) >= to || endOf(row) <= from) return []
  const cells = row.children.map((cell) => ({
    ...cell,
    children: cell.children.flatMap((child) => sliceNode(child, from, to)) as PhrasingContent[],
  }))
  const isCut = startOf(row) < from
  return isCut && cells.every((cell) => cell.children.length === 0) ? [] : [{ ...row, children: cells }]
}

export function endOf(node: Nodes): number {
  return node.position?.end.offset ?? startOf(node)
}

/** The same content as bare paragraphs, for what no cut can make fit with its formatting. Positions are kept. */
export function withoutFormatting(root: Root): Root {
  return { type: 'root', children: root.children.flatMap(bareParagraphs) }
}

function bareParagraphs(node: Nodes): Paragraph[] {
  if ('value' in node) return [paragraphOf(node, leaves(node))]
  if (node.type === 'paragraph' || node.type === 'heading' || node.type === 'tableCell') {
    return [paragraphOf(node, leaves(node))]
  }
  return 'children' in node ? node.children.flatMap(bareParagraphs) : []
}

function paragraphOf(node: Nodes, children: PhrasingContent[]): Paragraph {
  return { type: 'paragraph', children, ...(node.position && { position: node.position }) }
}

function leaves(node: Nodes): PhrasingContent[] {
  if ('children' in node) return node.children.flatMap(leaves)
  const value = 'value' in node ? node.value : node.type === 'image' ? (node.alt ?? '') : '\n'
  return [{ type: 'text', value, ...(node.position && { position: node.position }) }]
}
