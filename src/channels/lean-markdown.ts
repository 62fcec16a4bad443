import type { ListItem, Nodes, Root, Table } from 'mdast'

/** What differs between platforms whose markdown has headings, bold, italics, links, quotes, lists and code alone. */
export interface LeanDialect {
  /** Text that must not be taken for markup. */
  text(value: string): string
  /** Code, in which marks of markdown mean nothing. */
  code(value: string): string
  paragraph(text: string): string
  lineBreak: string
  /** Addresses that become links; of others the address is shown. */
  linked: RegExp
  image(url: string, alt: string): string
}

/** Prints markdown without what such platforms cannot show: tables become lists, what is struck through stands. */
export function printLean(markdown: Root, dialect: LeanDialect): string {
  return printBlocks(markdown.children, dialect)
}

function printBlocks(nodes: readonly Nodes[], dialect: LeanDialect): string {
  return nodes
    .map((node) => print(node, dialect))
    .filter((text) => text !== '')
    .join('\n\n')
}

function printInline(nodes: readonly Nodes[], dialect: LeanDialect): string {
  return nodes.map((node) => print(node, dialect)).join('')
}

function print(node: Nodes, dialect: LeanDialect): string {
  switch (node.type) {
    case 'text':
    case 'html':
      return dialect.text(node.value)
    case 'emphasis':
      return wrap('*', printInline(node.children, dialect))
    case 'strong':
      return wrap('**', printInline(node.children, dialect))
    case 'inlineCode':
      return `\`${dialect.code(node.value)}\``
    case 'break':
      return dialect.lineBreak
    case 'link':
      return printLink(node.url, printInline(node.children, dialect), dialect)
    case 'image':
      return dialect.image(addressed(node.url), dialect.text(node.alt ?? '') || 'image')
    case 'heading':
      return `${'#'.repeat(node.depth)} ${printInline(node.children, dialect)}`
    case 'paragraph':
      return dialect.paragraph(printInline(node.children, dialect))
    case 'blockquote':
      return printBlocks(node.children, dialect).replace(/^/gm, '> ')
    case 'code':
      return printCode(dialect.code(node.value), node.lang ?? '')
    case 'list':
      return node.children
        .map((item, index) => {
          const mark = node.ordered === true ? `${(node.start ?? 1) + index}. ` : '- '
          return printItem(item, mark, dialect)
        })
        .join('\n')
    case 'thematicBreak':
      return '---'
    case 'table':
      return printTable(node, dialect)
    default:
      return 'children' in node ? printInline(node.children, dialect) : ''
  }
}

function printItem(item: ListItem, mark: string, dialect: LeanDialect): string {
  const box = typeof item.checked === 'boolean' ? (item.checked ? '☑ ' : '☐ ') : ''
  const children = item.children.map((child) => print(child, dialect).replace(/^(?=.)/gm, '    '))
  const [first = '', ...rest] = children
  return [mark + box + first.trimStart(), ...rest].join('\n')
}

function printCode(code: string, language: string): string {
  const longest = Math.max(2, ...[...code.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}${/^[\w+#.-]*$/.test(language) ? language : ''}\n${code}\n${fence}`
}

/** Each row becomes an item: its first cell, then the others under their headings. */
function printTable({ children: [head, ...rows] }: Table, dialect: LeanDialect): string {
  const headings = head?.children.map((cell) => printInline(cell.children, dialect)) ?? []
  if (rows.length === 0) return headings.join(' · ')
  return rows
    .map((row) => {
      const [first = '', ...rest] = row.children.map((cell) => printInline(cell.children, dialect))
      const named = rest.map((text, index) =>
        headings[index + 1] ? `${headings[index + 1]}: ${text}` : text,
      )
      return `- ${[wrap('**', first), ...named].filter(Boolean).join(' · ')}`
    })
    .join('\n')
}

function printLink(url: string, label: string, dialect: LeanDialect): string {
  if (dialect.linked.test(url)) return `[${label}](${addressed(url)})`
  return url === '' || url.startsWith('#') ? label : `${label} (${dialect.text(url)})`
}

/** An address in brackets must not close them. */
function addressed(url: string): string {
  return url.replaceAll('(', '%28').replaceAll(')', '%29').replaceAll(/\s/g, '%20')
}

function wrap(mark: string, inner: string): string {
  return inner.trim() === '' ? inner : mark + inner + mark
}
