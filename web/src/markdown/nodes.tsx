import type { AlignType, Nodes, Table, TableRow } from 'mdast'
import { createElement, type ReactNode } from 'react'
import { CodeBlock } from './code-block.tsx'
import classes from './markdown.module.css'

const linkSchemes = new Set(['http:', 'https:', 'mailto:', 'tel:'])

/** One node of the tree. What has no look of its own shows its children; footnotes and references do not occur. */
export function renderNode(node: Nodes, key: number): ReactNode {
  switch (node.type) {
    case 'text':
      return node.value
    case 'paragraph':
      return <p key={key}>{renderChildren(node.children)}</p>
    case 'heading':
      // The page has its own h1 and h2, so a message begins below them.
      return createElement(`h${Math.min(6, node.depth + 2)}`, { key }, renderChildren(node.children))
    case 'strong':
      return <strong key={key}>{renderChildren(node.children)}</strong>
    case 'emphasis':
      return <em key={key}>{renderChildren(node.children)}</em>
    case 'delete':
      return <del key={key}>{renderChildren(node.children)}</del>
    case 'inlineCode':
      return <code key={key}>{node.value}</code>
    case 'code':
      return <CodeBlock key={key} code={node.value} language={node.lang ?? ''} />
    case 'blockquote':
      return <blockquote key={key}>{renderChildren(node.children)}</blockquote>
    case 'list':
      return createElement(
        node.ordered === true ? 'ol' : 'ul',
        { key, ...(node.ordered === true && node.start !== 1 ? { start: node.start } : {}) },
        renderChildren(node.children),
      )
    case 'listItem':
      return (
        <li key={key} data-task={typeof node.checked === 'boolean' || undefined}>
          {typeof node.checked === 'boolean' && <span>{node.checked ? '☑ ' : '☐ '}</span>}
          {renderChildren(node.children)}
        </li>
      )
    case 'link':
      return renderLink(node.url, renderChildren(node.children), key)
    case 'image':
      // Only a link: loading it would tell a stranger's server who is reading.
      return renderLink(node.url, node.alt === '' ? node.url : node.alt, key)
    case 'break':
      return <br key={key} />
    case 'thematicBreak':
      return <hr key={key} />
    case 'table':
      return renderTable(node, key)
    case 'html':
      return node.value
    default:
      return 'children' in node ? renderChildren(node.children) : null
  }
}

function renderChildren(children: readonly Nodes[]): ReactNode {
  return children.map((child, index) => renderNode(child, index))
}

function renderLink(url: string, content: ReactNode, key: number): ReactNode {
  const parsed = URL.parse(url)
  if (parsed === null || !linkSchemes.has(parsed.protocol)) return <span key={key}>{content}</span>
  return (
    <a key={key} href={parsed.href} target="_blank" rel="noreferrer">
      {content}
    </a>
  )
}

function renderTable(table: Table, key: number): ReactNode {
  const [head, ...body] = table.children
  return (
    <div key={key} className={classes.scroll} tabIndex={0}>
      <table>
        {head !== undefined && <thead>{renderRow(head, 'th', table.align, 0)}</thead>}
        <tbody>{body.map((row, index) => renderRow(row, 'td', table.align, index))}</tbody>
      </table>
    </div>
  )
}

function renderRow(row: TableRow, cell: 'th' | 'td', align: AlignType[] | null | undefined, key: number) {
  return (
    <tr key={key}>
      {row.children.map((child, index) =>
        createElement(
          cell,
          { key: index, 'data-align': align?.[index] ?? undefined },
          renderChildren(child.children),
        ),
      )}
    </tr>
  )
}
