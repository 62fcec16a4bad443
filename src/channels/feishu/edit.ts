import { PlatformError } from '../../lib/errors.ts'
import type { ChannelMemory, ChatAddress, OutboundMessage, SentMessage } from '../channel.ts'
import type { FeishuApi } from './api.ts'
import { fitsCard, nothingYet, printCard } from './card.ts'
import { isRefused } from './errors.ts'
import { escapeText } from './format.ts'
import type { GrowingCards } from './growing-card.ts'
import { cardMemory, readReference, type Reference } from './reference.ts'
import { route } from './transport.ts'

/** The platform takes 20 edits of a text; the last ones are kept for the final text. */
const maxGrowthOfText = 15
const maxKnown = 1_000

export type Edit = (sent: SentMessage, message: OutboundMessage) => Promise<void>

/** Replaces what a message says: https://open.feishu.cn/document/server-docs/im-v1/message/patch, .../update */
export function createEdit(open: () => { api: FeishuApi; cards: GrowingCards }, memory: ChannelMemory): Edit {
  const edits = new Map<string, number>()

  async function editText({ messageId }: Reference, message: OutboundMessage): Promise<void> {
    const count = (edits.get(messageId) ?? 0) + 1
    if (message.growing === true && count > maxGrowthOfText) return
    if (edits.size >= maxKnown) edits.clear()
    edits.set(messageId, count)
    const content = JSON.stringify({ text: textWithButtons(message) })
    await open().api.call({
      method: 'PUT',
      path: route`/open-apis/im/v1/messages/${messageId}`,
      json: { msg_type: 'text', content },
    })
  }

  async function editCard({ messageId, to }: Reference, message: OutboundMessage): Promise<void> {
    const path = route`/open-apis/im/v1/messages/${messageId}`
    await withPlain(message, async (shown) => {
      const content = cardThatFits(to, shown)
      await open().api.call({ method: 'PATCH', path, json: { content } })
    })
  }

  async function editGrowing(
    { card, to, uuid }: Extract<Reference, { mode: 'growing' }>,
    message: OutboundMessage,
  ): Promise<void> {
    const { cards } = open()
    await withPlain(message, async (shown) => {
      if (message.growing === true && (await cards.grow(card, shown.text))) return
      const json = cardThatFits(to, shown)
      await cards.close(card)
      await cards.replace(card, json)
    })
    if (message.growing !== true) await memory.change(cardMemory(uuid), () => undefined)
  }

  return async (sent, message) => {
    const reference = readReference(sent)
    if (reference.mode === 'growing') await editGrowing(reference, message)
    else if (reference.mode === 'card') await editCard(reference, message)
    else await editText(reference, message)
  }
}

/** A card that does not grow by itself. */
export function printStill(to: Pick<ChatAddress, 'kind' | 'topicId'>, message: OutboundMessage): string {
  const { text, plain, buttons = [] } = message
  return printCard({ text, summary: plain, streaming: false, buttons, to })
}

/** Plain text has no buttons: it says what to answer. */
export function textWithButtons({ plain, buttons = [] }: OutboundMessage): string {
  return [plain || nothingYet, ...buttons.map(({ label, value }) => `${label}: ${value}`)].join('\n')
}

/** What outgrew a card goes on in a new message, which is a text then. */
function cardThatFits(to: Pick<ChatAddress, 'kind' | 'topicId'>, message: OutboundMessage): string {
  const json = printStill(to, message)
  if (fitsCard(json)) return json
  const description = 'the text is too long for a card'
  throw new PlatformError({ platform: 'feishu', code: 'card_size', kind: 'gone', description })
}

async function withPlain(
  message: OutboundMessage,
  show: (shown: OutboundMessage) => Promise<void>,
): Promise<void> {
  try {
    await show(message)
  } catch (error) {
    if (!isRefused(error)) throw error
    await show({ ...message, text: escapeText(message.plain) })
  }
}
