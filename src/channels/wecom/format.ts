import type { BlockContent, DefinitionContent, ListItem, Nodes, Root, Table } from 'mdast'

/**
 * Prints markdown in the part of it that WeCom shows in every place where a bot may speak: headings, bold, italics,
 * links, quotes, lists and code (https://developer.work.weixin.qq.com/document/path/99110). Tables are shown in some
 * places only and become lists. What would mention a person or change a colour is text.
 */
export function printWeCom(markdown: Root): string {
  return printBlocks(markdown.children)
}

function printBlocks(nodes: readonly Nodes[]): string {
  return nodes
    .map(print)
    .filter((text) => text !== '')
    .join('\n\n')
}

function printInline(nodes: readonly Nodes[]): string {
  return nodes.map(print).join('')
}

function print(node: Nodes): string {
  switch (node.type) {
    case 'text':
    case 'html':
      return harmless(node.value)
    case 'emphasis':
      return wrap('*', printInline(node.children))
    case 'strong':
      return wrap('**', printInline(node.children))
    case 'inlineCode':
      return `\`${harmless(node.value)}\``
    case 'break':
      return '\n'
    case 'link':
      return printLink(node.url, printInline(node.children))
    case 'image':
      return printLink(node.url, harmless(node.alt ?? '') || 'image')
    case 'heading':
      return `${'#'.repeat(node.depth)} ${printInline(node.children)}`
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
  const [first = '', ...rest] = item.children.map(printChild)
  return [mark + box + first.trimStart(), ...rest].join('\n')
}

function printChild(child: BlockContent | DefinitionContent): string {
  return print(child).replace(/^(?=.)/gm, '    ')
}

function printCode(value: string, language: string): string {
  const longest = Math.max(2, ...[...value.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}${/^[\w+#.-]*$/.test(language) ? language : ''}\n${harmless(value)}\n${fence}`
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
  if (!/^https?:/i.test(url)) return url === '' || url.startsWith('#') ? label : `${label} (${url})`
  return `[${label}](${url.replaceAll('(', '%28').replaceAll(')', '%29').replaceAll(/\s/g, '%20')})`
}

function wrap(mark: string, inner: string): string {
  return inner.trim() === '' ? inner : mark + inner + mark
}

/** `<@id>` mentions somebody, `<font>` colours and `<think>` folds away, also within code. */
function harmless(text: string): string {
  return text.replace(/<(?=@|\/?(?:font|think)\b)/gi, '＜')
}
