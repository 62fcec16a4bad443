import type { Link, ListItem, Nodes, Root } from 'mdast'
import { alignTable } from '../aligned-table.ts'

/**
 * Prints markdown in Discord's dialect: three levels of headings, no tables, no rules, and signs of its own for
 * mentions, spoilers and small print, which plain text must not become by accident.
 * https://support.discord.com/hc/en-us/articles/210298617
 */
export function printDiscord(markdown: Root): string {
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
    case 'delete':
      return wrap('~~', printInline(node.children))
    case 'inlineCode':
      return printInlineCode(node.value)
    case 'break':
      return '\n'
    case 'link':
      return printLink(node)
    case 'image':
      return printAddress(node.url, escape(node.alt ?? '') || 'image')
    case 'heading': {
      const text = printInline(node.children).replaceAll('\n', ' ')
      return node.depth <= 3 ? `${'#'.repeat(node.depth)} ${text}` : wrap('**', text)
    }
    case 'paragraph':
      return escapeLineStarts(printInline(node.children))
    case 'blockquote':
      return printBlocks(node.children).replace(/^/gm, '> ')
    case 'code':
      return fence(node.value, node.lang ?? '')
    case 'list': {
      const marks = node.children.map((_, index) =>
        node.ordered === true ? `${(node.start ?? 1) + index}. ` : '- ',
      )
      return node.children
        .map((item, index) => printItem(item, marks[index] ?? '- ', node.spread === true))
        .join('\n')
    }
    case 'thematicBreak':
      return '——————'
    case 'table':
      return fence(alignTable(node), '')
    default:
      return 'children' in node ? printInline(node.children) : ''
  }
}

function printItem(item: ListItem, mark: string, isSpread: boolean): string {
  const box = typeof item.checked === 'boolean' ? (item.checked ? '☑ ' : '☐ ') : ''
  const body = printBlocks(item.children, isSpread ? '\n\n' : '\n')
  return mark + box + body.replace(/\n(?=[^\n])/g, `\n${' '.repeat(mark.length)}`)
}

/** Discord shows nothing but the signs around nothing. */
function wrap(sign: string, inner: string): string {
  return inner.trim() === '' ? inner : sign + inner + sign
}

function printInlineCode(value: string): string {
  if (!value.includes('`')) return `\`${value}\``
  return `\`\` ${value.replaceAll('``', '`\u200b`')} \`\``
}

/** Three backticks end a block wherever they stand, and there is no longer fence. */
function fence(value: string, language: string): string {
  const name = /^[\w+#.-]+$/.test(language) ? language : ''
  return `\`\`\`${name}\n${value.replaceAll('```', '`\u200b``')}\n\`\`\``
}

function printLink({ url, children }: Link): string {
  const [only] = children
  if (only?.type === 'text' && children.length === 1 && isSameAddress(only.value, url)) {
    return isWeb(url) ? url : escape(only.value)
  }
  return printAddress(url, printInline(children))
}

/** Only addresses of the web can hide behind a text. */
function printAddress(url: string, label: string): string {
  if (isWeb(url)) return `[${label}](${/[()\s<>]/.test(url) ? `<${encodeSpaces(url)}>` : url})`
  return url === '' || url.startsWith('#') ? label : `${label} (${escape(url)})`
}

function encodeSpaces(url: string): string {
  return url.replace(/[\s<>]/g, encodeURIComponent)
}

function isWeb(url: string): boolean {
  return /^https?:\/\//i.test(url)
}

function isSameAddress(text: string, url: string): boolean {
  return url === text || url === `mailto:${text}` || url === `http://${text}`
}

/** Signs of the dialect, and the beginnings of mentions, emoji and times in angle brackets. */
function escape(text: string): string {
  return text.replace(/[\\*_~`[]|\|(?=\|)|(?<=\|)\||<(?=[@#:/]|a:|t:|id:|https?:)/g, '\\$&')
}

/** What would begin a heading, a list, a quote or small print. */
function escapeLineStarts(text: string): string {
  return text
    .replace(/^(\s*)(#{1,3}|-#|-|\+|>>>|>)(?=\s)/gm, '$1\\$2')
    .replace(/^(\s*\d+)\.(?=\s)/gm, '$1\\.')
}
