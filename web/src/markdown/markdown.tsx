import type { RootContent } from 'mdast'
import { fromMarkdown } from 'mdast-util-from-markdown'
import { gfmFromMarkdown } from 'mdast-util-gfm'
import { gfm } from 'micromark-extension-gfm'
import { memo, useMemo } from 'react'
import { renderNode } from './nodes.tsx'
import classes from './markdown.module.css'

const options = { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] }

/**
 * Markdown (GFM) as React elements. HTML in it is shown as text, and only the block that grows renders again
 * while an answer streams in.
 */
export function Markdown({ text }: { text: string }) {
  const blocks = useMemo(() => fromMarkdown(text, options).children, [text])
  return (
    <div className={classes.markdown}>
      {blocks.map((node, index) => (
        <Block key={index} node={node} source={sourceOf(node, text)} />
      ))}
    </div>
  )
}

const Block = memo(
  ({ node }: { node: RootContent; source: string }) => renderNode(node, 0),
  (before, after) => before.source === after.source,
)
Block.displayName = 'Block'

function sourceOf(node: RootContent, text: string): string {
  return text.slice(node.position?.start.offset, node.position?.end.offset)
}
