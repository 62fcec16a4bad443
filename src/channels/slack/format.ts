import type { Root } from 'mdast'
import { gfmToMarkdown } from 'mdast-util-gfm'
import { toMarkdown } from 'mdast-util-to-markdown'

/**
 * Prints markdown for Slack's `markdown` block and its streams, which take standard markdown
 * (https://docs.slack.dev/reference/block-kit/blocks/markdown-block). `&`, `<` and `>` become entities, so that
 * no answer can hold a mention such as `<!channel>`, whichever of its two dialects Slack reads.
 */
export function printSlackMarkdown(markdown: Root): string {
  return toMarkdown(markdown, {
    extensions: [gfmToMarkdown()],
    bullet: '-',
    emphasis: '_',
    handlers: {
      text: (node: { value: string }, _, state, info) => escapeMarkup(state.safe(node.value, info)),
      html: (node: { value: string }) => escapeText(node.value),
    },
  }).trimEnd()
}

/** For fields that hold plain text: https://docs.slack.dev/messaging/formatting-message-text#escaping */
export function escapeText(text: string): string {
  return text.replace(/[&<>]/g, entityOf)
}

/** What the printer wrote with a backslash becomes an entity; character references that it wrote stay. */
function escapeMarkup(text: string): string {
  return text.replace(/\\([&<>])|&(?!#x[0-9A-F]+;)|[<>]/g, (found, escaped: string | undefined) =>
    entityOf(escaped ?? found),
  )
}

function entityOf(character: string): string {
  return { '&': '&amp;', '<': '&lt;', '>': '&gt;' }[character] ?? character
}

/**
 * How much of a growing text will still stand there in the next one. The parser closes what is open at the end
 * (`**bo` becomes bold one word later), so in the last paragraph everything from the first sign that could be
 * markup on is uncertain, and so is the last word.
 */
export function certainPart(text: string): string {
  const paragraph = text.lastIndexOf('\n\n') + 1
  const mark = text.slice(paragraph).search(/[\\`*_~[\]<>|!&#]/)
  const certain = mark === -1 ? text : text.slice(0, paragraph + mark)
  return certain.slice(0, certain.search(/\S*$/)).trimEnd()
}
