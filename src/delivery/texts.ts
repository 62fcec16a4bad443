import type { Button } from '../channels/channel.ts'

/** The few sentences of delivery's own that people see in a chat. Markdown. */
export interface DeliveryTexts {
  /** Stands in a message that was opened and has nothing to show yet. */
  placeholder: string
  /** Shows that a tool is at work; `name` as the agent calls it. */
  toolLine(name: string): string
  noAnswer: string
  /** Follows the text of an answer that the person stopped. */
  stopped: string
  /** Follows the text where choices cannot be buttons: what to type for each. Empty for no buttons. */
  choices(buttons: readonly Button[]): string
  /** Stands for a file that cannot be shown; `name` is markdown. */
  fileLost(name: string): string
  /** Replaces what a failed attempt left in a message that the next attempt does not need. */
  replaced: string
}

export const englishTexts: DeliveryTexts = {
  placeholder: '…',
  toolLine: (name) => `_Using ${name.replace(/[^\p{L}\p{N}]+/gu, ' ').trim()}…_`,
  noAnswer: '(no answer)',
  stopped: 'Stopped.',
  choices: (buttons) =>
    (buttons.length === 0 ? '' : '\n') +
    buttons.map(({ label, value }) => `\n- ${label}: send \`${value.replaceAll('`', '')}\``).join(''),
  fileLost: (name) => `(The file ${name} could not be sent.)`,
  replaced: '(replaced by the message above)',
}
