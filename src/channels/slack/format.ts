import type { Image, Link, Root } from 'mdast'
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
      link: (node: Link, _, state, info) => {
        const [only] = node.children
        const isBare = only?.type === 'text' && only.value === node.url
        if (isBare && /^https?:\/\/[^\s<>|]+$/.test(node.url)) return `<${node.url}>`
        const label = state.containerPhrasing(node, { ...info, before: '[', after: ']' })
        return printLink(node.url, label)
      },
      // Images are shown as links there.
      image: (node: Image, _, state, info) =>
        printLink(node.url, escapeMarkup(state.safe(node.alt ?? '', info))),
    },
  }).trimEnd()
}

/** For fields that hold plain text: https://docs.slack.dev/messaging/formatting-message-text#escaping */
export function escapeText(text: string): string {
  return text.replace(/[&<>]/g, entityOf)
}

/** The address is spelled without backslashes, which are documented for text only. */
function printLink(url: string, label: string): string {
  const address = url.replace(
    /[\s()<>\\]/g,
    (character) => `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  )
  return `[${label === '' ? escapeText(url).replace(/[[\]]/g, '') : label}](${address})`
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
