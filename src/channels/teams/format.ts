import type { Nodes, Root } from 'mdast'
import { printMarkdown } from '../../lib/markdown.ts'

/**
 * Prints markdown as Teams reads it in messages of bots: bold, italic, code, links, lists and quotes. Headings
 * become bold, tables lines of text, task boxes signs, HTML text.
 * https://learn.microsoft.com/microsoftteams/platform/bots/how-to/format-your-bot-messages
 */
export function printTeams(markdown: Root): string {
  const simplified = { ...markdown, children: markdown.children.map(simple) as Root['children'] }
  return printMarkdown(simplified).replaceAll(openTag, '&lt;')
}

/** Stands for `<` in text while it is printed: a backslash before it would not keep Teams from reading a tag. */
const openTag = '\uE000'

function simple(node: Nodes): Nodes {
  switch (node.type) {
    case 'text':
    case 'html':
      return { type: 'text', value: node.value.replaceAll(openTag, '').replaceAll('<', openTag) }
    case 'heading': {
      const children = node.children.map(simple) as typeof node.children
      return { type: 'paragraph', children: [{ type: 'strong', children }] }
    }
    case 'table': {
      const rows = node.children.map((row, index) => {
        const cells = row.children.map((cell) => cell.children.map(simple) as typeof cell.children)
        const joined = cells.flatMap((cell, at) => (at === 0 ? cell : [bar, ...cell]))
        return index === 0 ? [{ type: 'strong' as const, children: joined }] : joined
      })
      const lines = rows.flatMap((row, index) => (index === 0 ? row : [{ type: 'break' as const }, ...row]))
      return { type: 'paragraph', children: lines }
    }
    case 'listItem': {
      const children = node.children.map(simple) as typeof node.children
      const { checked, ...rest } = node
      const [first] = children
      if (typeof checked === 'boolean' && first?.type === 'paragraph')
        first.children = [{ type: 'text', value: checked ? '☑ ' : '☐ ' }, ...first.children]
      return { ...rest, children }
    }
    default:
      return 'children' in node ? ({ ...node, children: node.children.map(simple) } as Nodes) : node
  }
}

const bar = { type: 'text' as const, value: ' · ' }
