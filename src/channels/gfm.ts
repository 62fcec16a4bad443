import type { Nodes, Root } from 'mdast'
import { printMarkdown } from '../lib/markdown.ts'

/**
 * Prints for platforms that take GitHub Flavored Markdown (https://github.github.com/gfm/). HTML would be rendered
 * or hidden there, so HTML that the agent writes is shown as text.
 */
export function printGfm(markdown: Root): string {
  return printMarkdown(asText(markdown) as Root)
}

function asText(node: Nodes, isBlock = false): Nodes {
  if (node.type === 'html') {
    const text = { type: 'text' as const, value: node.value }
    return isBlock ? { type: 'paragraph', children: [text] } : text
  }
  if (!('children' in node)) return node
  const holdsBlocks = ['root', 'blockquote', 'listItem'].includes(node.type)
  return { ...node, children: node.children.map((child) => asText(child, holdsBlocks)) } as Nodes
}
