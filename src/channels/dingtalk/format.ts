import type { BlockContent, DefinitionContent, ListItem, Nodes, Root, Table } from 'mdast'

/**
 * Prints markdown in the part of it that DingTalk shows: headings, bold, italics, links, images, quotes, lists and
 * code (https://open.dingtalk.com/document/orgapp/robot-message-type). It has no tables, which become lists, and no
 * strike-through. HTML would be taken for HTML, so its brackets are written as entities.
 */
export function printDingTalk(markdown: Root): string {
  return printBlocks(markdown.children)
}

function printBlocks(nodes: readonly Nodes[], separator = '\n\n'): string {
  return nodes
    .map(print)
    .filter((text) => text !== '')
    .join(separator)
}

function printInline(nodes: readonly Nodes[]): string {
  return nodes.map(print).join('')
}

function print(node: Nodes): string {
  switch (node.type) {
    case 'text':
    case 'html':
      return escape(node.value)
    case 'emphasis':
      return wrap('*', printInline(node.children))
    case 'strong':
      return wrap('**', printInline(node.children))
    case 'inlineCode':
      return `\`${node.value}\``
    case 'break':
      return '  \n'
    case 'link':
      return printLink(node.url, printInline(node.children))
    case 'image':
      return printImage(node.url, escape(node.alt ?? ''))
    case 'heading':
      return `${'#'.repeat(node.depth)} ${printInline(node.children)}`
    case 'paragraph':
      return guardStart(printInline(node.children))
    case 'blockquote':
      return printBlocks(node.children).replace(/^/gm, '> ')
    case 'code':
      return printCode(node.value, node.lang ?? '')
    case 'list':
      return node.children
        .map((item, index) =>
          printItem(item, node.ordered === true ? `${(node.start ?? 1) + index}. ` : '- '),
        )
        .join('\n')
    case 'thematicBreak':
      return '---'
    case 'table':
      return printTable(node)
    default:
      return 'children' in node ? printInline(node.children) : ''
  }
}

function printItem(item: ListItem, mark: string): string {
  const box = typeof item.checked === 'boolean' ? (item.checked ? '☑ ' : '☐ ') : ''
  const [first, ...rest] = item.children.map((child) => printChild(child))
  return [mark + box + (first ?? '').trimStart(), ...rest].join('\n')
}

function printChild(child: BlockContent | DefinitionContent): string {
  return print(child)
    .replace(/\n(?=.)/g, '\n    ')
    .replace(/^/, child.type === 'paragraph' ? '' : '    ')
}

function printCode(value: string, language: string): string {
  const longest = Math.max(2, ...[...value.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}${/^[\w+#.-]*$/.test(language) ? language : ''}\n${value}\n${fence}`
}

/** Each row becomes an item: its first cell, then the others under their headings. */
function printTable({ children: [head, ...rows] }: Table): string {
  const headings = head?.children.map((cell) => printInline(cell.children)) ?? []
  if (rows.length === 0) return headings.join(' · ')
  return rows
    .map((row) => {
      const [first = '', ...rest] = row.children.map((cell) => printInline(cell.children))
      const named = rest.map((text, index) =>
        headings[index + 1] ? `${headings[index + 1]}: ${text}` : text,
      )
      return `- ${[wrap('**', first), ...named].filter(Boolean).join(' · ')}`
    })
    .join('\n')
}

function printLink(url: string, label: string): string {
  if (/^(https?|mailto|tel|dingtalk):/i.test(url)) return `[${label}](${addressed(url)})`
  return url === '' || url.startsWith('#') ? label : `${label} (${escape(url)})`
}

function printImage(url: string, alt: string): string {
  return /^https?:/i.test(url) ? `![${alt}](${addressed(url)})` : alt || 'image'
}

function addressed(url: string): string {
  return url.replaceAll('(', '%28').replaceAll(')', '%29').replaceAll(/\s/g, '%20')
}

function wrap(mark: string, inner: string): string {
  return inner.trim() === '' ? inner : mark + inner + mark
}

/** A paragraph that begins like a heading, a quote or a list is still a paragraph. */
function guardStart(text: string): string {
  return text.replace(/^(#{1,6}\s|>|[-+]\s|\d+[.)]\s)/gm, '\u200b$1')
}

function escape(text: string): string {
  return text
    .replace(/&(?=#?\w{1,31};)/g, '&amp;')
    .replaceAll('<', '&lt;')
    .replace(/[*`[\]\\]/g, '\\$&')
}
