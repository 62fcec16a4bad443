import type { Nodes, Table } from 'mdast'

/**
 * A table as text in columns, for a font of fixed width: cells without their markup, a rule below the head, columns
 * that are marked so aligned to the right.
 */
export function alignTable(table: Table): string {
  const rows = table.children.map((row) => row.children.map((cell) => textOf(cell)))
  const count = Math.max(...rows.map((row) => row.length))
  const columns = Array.from({ length: count }, (_, column) => column)
  const widths = columns.map((column) => Math.max(...rows.map((row) => widthOf(row[column] ?? ''))))
  const lines = rows.map((row) =>
    columns
      .map((column) => pad(row[column] ?? '', widths[column] ?? 0, table.align?.[column] === 'right'))
      .join(' | ')
      .trimEnd(),
  )
  const rule = widths.map((width) => '-'.repeat(width)).join('-+-')
  return [lines[0], rule, ...lines.slice(1)].join('\n')
}

function textOf(node: Nodes): string {
  if ('children' in node) return node.children.map(textOf).join('')
  if (node.type === 'image') return node.alt ?? ''
  return 'value' in node ? node.value : ''
}

function pad(text: string, width: number, right: boolean): string {
  const space = ' '.repeat(width - widthOf(text))
  return right ? space + text : text + space
}

/** Columns that a text takes in such a font: ideographs, Hangul, kana and emoji take two. */
function widthOf(text: string): number {
  const graphemes = [...new Intl.Segmenter().segment(text)]
  return graphemes.reduce((width, { segment }) => width + (wide.test(segment) ? 2 : 1), 0)
}

const wide =
  /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Emoji_Presentation}\u3000-\u303f\uff01-\uff60]/u
