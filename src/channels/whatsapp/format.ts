import type { ListItem, Nodes, Root } from 'mdast'

/**
 * Prints markdown in WhatsApp's own marks (https://faq.whatsapp.com/539178204879377): `*bold*`, `_italic_`,
 * `~struck~`, monospace, lists and quotes. Nothing can be escaped there, so a mark that is
 * meant as text gets an invisible word joiner behind it.
 */
export function printWhatsApp(markdown: Root): string {
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
      return defuse(node.value)
    case 'emphasis':
      return wrap('_', printInline(node.children))
    case 'strong':
      return wrap('*', printInline(node.children))
    case 'delete':
      return wrap('~', printInline(node.children))
    case 'inlineCode':
      return node.value.includes('`') ? node.value : wrap('`', node.value)
    case 'break':
      return '\n'
    case 'link':
      return printLink(node.url, printInline(node.children))
    case 'image':
      return printLink(node.url, defuse(node.alt ?? ''))
    case 'heading':
      return wrap('*', printInline(node.children).replaceAll('*', ''))
    case 'blockquote':
      return printBlocks(node.children).replace(/^/gm, '> ')
    case 'code':
      return `\`\`\`\n${node.value.replaceAll('```', "'''")}\n\`\`\``
    case 'list':
      return node.children
        .map((item, index) => {
          const mark = node.ordered === true ? `${(node.start ?? 1) + index}. ` : '- '
          return printItem(item, mark, node.spread === true)
        })
        .join('\n')
    case 'thematicBreak':
      return '———'
    case 'table':
      return node.children
        .map((row, index) => {
          const cells = row.children.map((cell) => printInline(cell.children))
          return cells.map((cell) => (index === 0 ? wrap('*', cell) : cell)).join(' | ')
        })
        .join('\n')
    default:
      return 'children' in node ? printInline(node.children) : ''
  }
}

function printItem(item: ListItem, mark: string, spread: boolean): string {
  const box = typeof item.checked === 'boolean' ? (item.checked ? '☑ ' : '☐ ') : ''
  return mark + box + printBlocks(item.children, spread ? '\n\n' : '\n').replace(/\n(?=[^\n])/g, '\n   ')
}

/** There are no named links. */
function printLink(url: string, label: string): string {
  const bare = url.replace(/^mailto:/, '')
  if (url === '' || url.startsWith('#')) return label
  if (label === '' || withoutJoiners(label) === bare || `http://${withoutJoiners(label)}` === url) return bare
  return `${label} (${bare})`
}

/** Marks must touch the text: spaces are moved out. Across lines they do not reach, so each line has its own. */
function wrap(mark: string, inner: string): string {
  return inner.replace(/^(\s*)(.*?\S)(\s*)$/gm, (_, before: string, text: string, after: string) => {
    return `${before}${mark}${text}${mark}${after}`
  })
}

const joiner = '\u2060'

function withoutJoiners(text: string): string {
  return text.replaceAll(joiner, '')
}

/** Breaks up pairs of marks that are meant as text; a backtick, which takes any neighbour, becomes its twin. */
function defuse(text: string): string {
  return text.replaceAll('`', 'ˋ').replace(/(?<![\p{L}\p{N}])[*_~](?=\S)/gu, (mark) => mark + joiner)
}
