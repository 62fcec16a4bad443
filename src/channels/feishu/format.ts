import type { ListItem, Nodes, Root, Table } from 'mdast'

/**
 * Prints markdown in the dialect of cards (https://open.feishu.cn/document/feishu-cards/card-json-v2-components/content-components/rich-text):
 * close to GitHub's, with tags such as `<at>` of its own and HTML entities instead of backslashes. A card shows at
 * most five tables and is refused with more, so further ones are printed as code.
 */
export function printCardMarkdown(markdown: Root): string {
  return printBlocks(markdown.children, { tables: 0 })
}

/** Any text as markdown that shows it as it is. */
export function escapeText(text: string): string {
  return text
    .replace(/[&<>*_~`[\]$\\|]/g, (character) => `&#${character.charCodeAt(0)};`)
    .replace(/^(\s*)([#+-])/gm, (_, space: string, mark: string) => `${space}&#${mark.charCodeAt(0)};`)
    .replace(/^(\s*\d+)\./gm, '$1&#46;')
}

export const maxTables = 5

/** What was printed before. */
interface Printed {
  tables: number
}

function printBlocks(nodes: readonly Nodes[], printed: Printed, separator = '\n\n'): string {
  return nodes
    .map((node) => print(node, printed))
    .filter((text) => text !== '')
    .join(separator)
}

function printInline(nodes: readonly Nodes[], printed: Printed): string {
  return nodes.map((node) => print(node, printed)).join('')
}

function print(node: Nodes, printed: Printed): string {
  switch (node.type) {
    case 'text':
    case 'html':
      return escapeText(node.value)
    case 'emphasis':
      return wrap('*', printInline(node.children, printed))
    case 'strong':
      return wrap('**', printInline(node.children, printed))
    case 'delete':
      return wrap('~~', printInline(node.children, printed))
    case 'inlineCode':
      return printInlineCode(node.value)
    case 'break':
      return '\n'
    case 'link':
      return printLink(node.url, printInline(node.children, printed))
    case 'image':
      // An image of a card is a key of the platform, not an address.
      return printLink(node.url, escapeText(node.alt ?? '') || 'image')
    case 'heading':
      return `${'#'.repeat(node.depth)} ${printInline(node.children, printed)}`
    case 'blockquote':
      return printBlocks(node.children, printed).replace(/^/gm, '> ')
    case 'code':
      return printCode(node.value, node.lang ?? '')
    case 'list':
      return node.children
        .map((item, index) =>
          printItem(item, node.ordered === true ? `${(node.start ?? 1) + index}. ` : '- ', printed),
        )
        .join('\n')
    case 'thematicBreak':
      return '---'
    case 'table':
      printed.tables += 1
      return printed.tables <= maxTables ? printTable(node, printed) : printCode(alignTable(node), '')
    default:
      return 'children' in node ? printInline(node.children, printed) : ''
  }
}

function printItem(item: ListItem, mark: string, printed: Printed): string {
  const box = typeof item.checked === 'boolean' ? (item.checked ? '☑ ' : '☐ ') : ''
  const body = printBlocks(item.children, printed, '\n')
  return mark + box + body.replace(/\n(?=[^\n])/g, `\n${' '.repeat(mark.length)}`)
}

/** A mark next to a space is none. */
function wrap(mark: string, inner: string): string {
  const [, before = '', text = '', after = ''] = /^(\s*)(.*?)(\s*)$/s.exec(inner) ?? []
  return text === '' ? inner : `${before}${mark}${text}${mark}${after}`
}

function printInlineCode(value: string): string {
  const code = unmentioned(value)
  if (!code.includes('`')) return `\`${code}\``
  return `\`\` ${code} \`\``
}

function printCode(value: string, language: string): string {
  const longest = Math.max(0, ...[...value.matchAll(/`{3,}/g)].map(([run]) => run.length))
  const fence = '`'.repeat(Math.max(3, longest + 1))
  const tag = /^[\w+#.-]+$/.test(language) ? language : ''
  return `${fence}${tag}\n${unmentioned(value)}\n${fence}`
}

/** A space without width: no text of an agent may call people or everybody, not even from within code. */
function unmentioned(code: string): string {
  return code.replace(/<(?=\/?(at|person)\b)/gi, '<\u200b')
}

function printLink(url: string, label: string): string {
  if (!/^(https?|mailto|tel|lark|feishu):/i.test(url))
    return url === '' ? label : `${label} (${escapeText(url)})`
  const address = url.replace(/[\s()<>]/g, (character) =>
    encodeURIComponent(character).replace('(', '%28').replace(')', '%29'),
  )
  return `[${label}](${address})`
}

function printTable(table: Table, printed: Printed): string {
  const [head = [], ...rows] = table.children.map((row) =>
    row.children.map((cell) =>
      printInline(cell.children, printed).replaceAll('\n', ' ').replaceAll('|', '&#124;'),
    ),
  )
  const rule = head.map((_, column) => {
    const align = table.align?.[column]
    return align === 'center' ? ':---:' : align === 'right' ? '---:' : '---'
  })
  return [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function alignTable(table: Table): string {
  const rows = table.children.map((row) => row.children.map((cell) => textOf(cell)))
  const widths = rows.reduce<number[]>(
    (found, row) => row.map((cell, column) => Math.max(found[column] ?? 0, cell.length)),
    [],
  )
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join(' | ')
        .trimEnd(),
    )
    .join('\n')
}

function textOf(node: Nodes): string {
  if ('children' in node) return node.children.map(textOf).join('')
  if (node.type === 'image') return node.alt ?? ''
  return 'value' in node ? node.value : ''
}
