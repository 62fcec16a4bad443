import type { Definition, Nodes, Parents, PhrasingContent, Root, RootContent } from 'mdast'
import { fromMarkdown } from 'mdast-util-from-markdown'
import { gfmFromMarkdown, gfmToMarkdown } from 'mdast-util-gfm'
import { toMarkdown } from 'mdast-util-to-markdown'
import { gfm } from 'micromark-extension-gfm'

const dialect = { extensions: [gfm({ singleTilde: false })], mdastExtensions: [gfmFromMarkdown()] }

/**
 * Parses GitHub Flavored Markdown. References are resolved, so that any piece of the tree can be printed without
 * the rest: `definition`, `linkReference`, `imageReference` and the two footnote nodes never occur. Every node has
 * a position. HTML stays as `html` nodes, for printers to show as text.
 */
export function parseMarkdown(text: string): Root {
  const root = fromMarkdown(text, dialect)
  const definitions = new Map(
    root.children
      .filter((node) => node.type === 'definition')
      .map((definition) => [definition.identifier, definition]),
  )
  resolveReferences(root, definitions)
  placeChildren(root, 0)
  return root
}

/** Prints a tree as GitHub Flavored Markdown, for platforms that take it. */
export function printMarkdown(root: Root): string {
  return toMarkdown(root, { extensions: [gfmToMarkdown()], bullet: '-', emphasis: '_' }).trimEnd()
}

/** Prints a tree as text without markup: what a person reads where there is no formatting at all. */
export function printPlain(root: Root): string {
  return printBlocks(root.children)
}

/** Where a node begins in the text, in UTF-16 units. */
export function startOf(node: Nodes): number {
  return node.position?.start.offset ?? 0
}

function resolveReferences(parent: Parents, definitions: ReadonlyMap<string, Definition>): void {
  const children = parent.children.flatMap((child): Nodes[] => {
    if ('children' in child) resolveReferences(child, definitions)
    return resolved(child, definitions)
  })
  parent.children = children as typeof parent.children
}

function resolved(node: Nodes, definitions: ReadonlyMap<string, Definition>): Nodes[] {
  const place = node.position === undefined ? {} : { position: node.position }
  switch (node.type) {
    case 'definition':
      return []
    case 'linkReference': {
      const url = definitions.get(node.identifier)?.url ?? ''
      return [{ type: 'link', url, children: node.children, ...place }]
    }
    case 'imageReference': {
      const url = definitions.get(node.identifier)?.url ?? ''
      return [{ type: 'image', url, alt: node.alt ?? null, ...place }]
    }
    case 'footnoteReference':
      return [{ type: 'text', value: `[${node.identifier}]`, ...place }]
    case 'footnoteDefinition': {
      const [first] = node.children
      const mark: PhrasingContent = { type: 'text', value: `[${node.identifier}] `, ...place }
      if (first?.type === 'paragraph') first.children.unshift(mark)
      return node.children
    }
    default:
      return [node]
  }
}

/** Some nodes are made after parsing (bare addresses that become links): they begin where their neighbour ends. */
function placeChildren(parent: Parents, start: number): void {
  let cursor = start
  for (const child of parent.children) {
    const from = child.position?.start.offset ?? cursor
    const width = 'value' in child ? child.value.length : 0
    if ('children' in child) placeChildren(child, from)
    const last = 'children' in child ? child.children.at(-1)?.position?.end.offset : undefined
    cursor = child.position?.end.offset ?? last ?? from + width
    child.position ??= {
      start: { line: 0, column: 0, offset: from },
      end: { line: 0, column: 0, offset: cursor },
    }
  }
}

function printBlocks(blocks: readonly RootContent[], separator = '\n\n'): string {
  return blocks.map(printBlock).join(separator)
}

function printBlock(node: Nodes): string {
  switch (node.type) {
    case 'blockquote':
      return printBlocks(node.children).replace(/^/gm, '> ')
    case 'list':
      return node.children
        .map((item, index) => {
          const mark = node.ordered === true ? `${(node.start ?? 1) + index}. ` : '- '
          const box = typeof item.checked === 'boolean' ? (item.checked ? '[x] ' : '[ ] ') : ''
          const body = printBlocks(item.children, node.spread === true ? '\n\n' : '\n')
          return mark + box + body.replace(/\n(?=[^\n])/g, `\n${' '.repeat(mark.length)}`)
        })
        .join('\n')
    case 'table':
      return node.children.map((row) => row.children.map(printBlock).join(' | ')).join('\n')
    case 'thematicBreak':
      return '---'
    case 'break':
      return '\n'
    case 'image':
      return [node.alt, `(${node.url})`].filter(Boolean).join(' ')
    case 'link': {
      const text = node.children.map(printBlock).join('')
      return sameAddress(text, node.url) ? text : `${text} (${node.url})`
    }
    default:
      if ('children' in node) return node.children.map(printBlock).join('')
      return 'value' in node ? node.value : ''
  }
}

function sameAddress(text: string, url: string): boolean {
  return url === text || url === `mailto:${text}` || url === `http://${text}`
}
