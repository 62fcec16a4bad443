import type { BlockContent, DefinitionContent, ListItem, Nodes, Root } from 'mdast'
import { alignTable } from '../aligned-table.ts'

/**
 * Prints markdown in the HTML subset of Telegram (https://core.telegram.org/bots/api#html-style). It knows no
 * headings, lists or tables: headings become bold, lists text, tables a `pre` with aligned columns. Quotes do
 * not nest there, and `pre` and `code` hold no other tags, so inner ones are printed without.
 */
export function printHtml(markdown: Root): string {
  return printBlocks(markdown.children, { quoted: false })
}

/** Where a node stands. */
interface Place {
  quoted: boolean
}

function printBlocks(nodes: readonly Nodes[], place: Place, separator = '\n\n'): string {
  return nodes
    .map((node) => print(node, place))
    .filter((text) => text !== '')
    .join(separator)
}

function printInline(nodes: readonly Nodes[], place: Place): string {
  return nodes.map((node) => print(node, place)).join('')
}

function print(node: Nodes, place: Place): string {
  switch (node.type) {
    case 'text':
    case 'html':
      return escape(node.value)
    case 'emphasis':
      return wrap('i', printInline(node.children, place))
    case 'strong':
      return wrap('b', printInline(node.children, place))
    case 'delete':
      return wrap('s', printInline(node.children, place))
    case 'inlineCode':
      return wrap('code', escape(node.value))
    case 'break':
      return '\n'
    case 'link':
      return printLink(node.url, printInline(node.children, place))
    case 'image':
      return printLink(node.url, escape(node.alt ?? '') || 'image')
    case 'heading':
      return wrap('b', printInline(node.children, place))
    case 'paragraph':
      return printInline(node.children, place)
    case 'blockquote': {
      const inner = printBlocks(node.children, { quoted: true })
      return place.quoted ? inner : wrap('blockquote', inner)
    }
    case 'code':
      return printCode(node.value, node.lang ?? undefined)
    case 'list':
      return node.children
        .map((item, index) => printItem(item, markOf(node.ordered, node.start, index), node.spread, place))
        .join('\n')
    case 'thematicBreak':
      return '——————'
    case 'table':
      return `<pre>${escape(alignTable(node))}</pre>`
    default:
      return 'children' in node ? printInline(node.children, place) : ''
  }
}

function markOf(
  ordered: boolean | null | undefined,
  start: number | null | undefined,
  index: number,
): string {
  return ordered === true ? `${(start ?? 1) + index}. ` : '• '
}

function printItem(item: ListItem, mark: string, spread: boolean | null | undefined, place: Place): string {
  const box = typeof item.checked === 'boolean' ? (item.checked ? '☑ ' : '☐ ') : ''
  const separator = spread === true ? '\n\n' : '\n'
  const [first, ...rest] = item.children.map((child) => indented(child, place))
  return [mark + box + (first ?? '').trimStart(), ...rest].join(separator)
}

/** Text within an item is indented; code is not, since the spaces would become part of it. */
function indented(child: BlockContent | DefinitionContent, place: Place): string {
  const text = print(child, place)
  if (child.type === 'code' || child.type === 'table' || child.type === 'blockquote') return text
  return text.replace(/^(?=.)/gm, '   ')
}

function printCode(value: string, language: string | undefined): string {
  const code = escape(value)
  if (language === undefined || !/^[\w+#.-]+$/.test(language)) return `<pre>${code}</pre>`
  return `<pre><code class="language-${escape(language)}">${code}</code></pre>`
}

/** Telegram drops links of other schemes in silence; then the address is worth more as text. */
function printLink(url: string, label: string): string {
  if (/^(https?|tg|mailto):/i.test(url)) return `<a href="${escape(url)}">${label}</a>`
  return url === '' || url.startsWith('#') ? label : `${label} (${escape(url)})`
}

/** Telegram refuses no empty tag but shows nothing for it. */
function wrap(tag: string, inner: string): string {
  return inner === '' ? '' : `<${tag}>${inner}</${tag}>`
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
