import type { OutboundMessage } from '../channel.ts'
import { escapeText } from './format.ts'
import type { Fields } from './shape.ts'

/** What Slack says when it does not take a message's blocks. */
export const refusedBlocks = ['invalid_blocks', 'invalid_blocks_format', 'msg_blocks_too_long']

const maxLabelLength = 75
/** Of a section, which is what holds plain text above buttons. */
const maxSectionLength = 3_000

/**
 * The fields of a message: its text as a markdown block. `text` is what notifications and screen readers take; its
 * markup is escaped, and nothing in it becomes a mention.
 */
export function printed(message: OutboundMessage): Fields {
  return {
    text: escapeText(shownText(message.plain)),
    blocks: [{ type: 'markdown', text: shownText(message.text) }, ...buttonsOf(message)],
    parse: 'none',
  }
}

/** The same without markup. An empty list takes earlier blocks away: left out, they would stay. */
export function plain(message: OutboundMessage): Fields {
  const buttons = buttonsOf(message)
  const text = { type: 'plain_text', text: shownText(message.plain).slice(0, maxSectionLength) }
  return {
    text: escapeText(shownText(message.plain)),
    blocks: buttons.length === 0 ? [] : [{ type: 'section', text }, ...buttons],
    parse: 'none',
  }
}

/** https://docs.slack.dev/reference/block-kit/block-elements/button-element */
export function buttonsOf({ buttons = [] }: OutboundMessage): Fields[] {
  if (buttons.length === 0) return []
  const elements = buttons.map(({ label, value }, index) => ({
    type: 'button',
    action_id: `choice_${index}`,
    text: { type: 'plain_text', text: label.slice(0, maxLabelLength), emoji: true },
    value,
  }))
  return [{ type: 'actions', elements }]
}

/** A message that will grow may be opened without text, which only a stream can be. */
function shownText(text: string): string {
  return text.trim() === '' ? '…' : text
}
