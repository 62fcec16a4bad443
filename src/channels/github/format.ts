import type { Nodes, Root } from 'mdast'
import { printMarkdown } from '../../lib/markdown.ts'

/**
 * GitHub takes its own markdown (https://github.github.com/gfm/). HTML would be rendered there, and comments of it
 * would be hidden from people, so HTML that the agent writes is shown as text.
 */
export function printGithub(markdown: Root): string {
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
