import type {
  CanEdit,
  Channel,
  ChannelBot,
  ChannelDependencies,
  ChatAddress,
  OutboundMessage,
} from '../channel.ts'
import type { FeishuApi } from './api.ts'
import { fitsCard, printCard } from './card.ts'
import { createEdit, printStill, textWithButtons } from './edit.ts'
import { isRefused, isScopeMissing } from './errors.ts'
import { createGrowingCards, type GrowingCard } from './growing-card.ts'
import { post, uuidOf, type Posted } from './post.ts'
import { cardMemory, referenceTo } from './reference.ts'
import { fieldsOf } from '../../lib/json.ts'
import { textOf } from '../lenient-shape.ts'
import { numberOf } from './numbers.ts'

/** How long an app that lacks the scope for growing cards is not asked again. */
const scopeRestMs = 10 * 60_000

/**
 * What goes out. An answer is a card in markdown: one that grows where the app may use CardKit, else one that is
 * replaced as a whole. A card that the platform refuses, or that would be too large, is sent as plain text.
 */
export function createSender(
  api: FeishuApi,
  bot: Pick<ChannelBot, 'id' | 'memory'>,
  { now }: Pick<ChannelDependencies, 'now'>,
): Pick<Channel, 'send'> & CanEdit {
  const cards = createGrowingCards(api, now)
  const edit = createEdit(() => ({ api, cards }), bot.memory)
  let mayGrowFrom = 0

  async function readCard(uuid: string): Promise<GrowingCard | undefined> {
    const kept = fieldsOf(await bot.memory.read(cardMemory(uuid)))
    const cardId = textOf(kept['card_id'])
    return cardId === undefined ? undefined : { cardId, madeAt: numberOf(kept['made_at']) ?? 0 }
  }

  /** Kept before it is sent: a send whose answer was lost is repeated with the same card. */
  async function makeCard(
    to: ChatAddress,
    message: OutboundMessage,
    uuid: string,
  ): Promise<GrowingCard | undefined> {
    const json = printCard({ text: message.text, summary: message.plain, streaming: true, buttons: [], to })
    if (message.growing !== true || now() < mayGrowFrom || !fitsCard(json)) return undefined
    try {
      const card = { cardId: await cards.make(json), madeAt: now() }
      await bot.memory.change(cardMemory(uuid), () => ({ card_id: card.cardId, made_at: card.madeAt }))
      return card
    } catch (error) {
      if (isScopeMissing(error)) mayGrowFrom = now() + scopeRestMs
      else if (!isRefused(error)) throw error
      return undefined
    }
  }

  async function postGrowing(to: ChatAddress, card: GrowingCard, uuid: string): Promise<Posted | undefined> {
    const content = { type: 'card', data: { card_id: card.cardId } }
    const posted = await unlessRefused(post(api, to, { type: 'interactive', content, uuid }))
    if (posted === undefined) await bot.memory.change(cardMemory(uuid), () => undefined)
    return posted
  }

  async function postWhole(to: ChatAddress, message: OutboundMessage, uuid: string): Promise<Posted> {
    const content = printStill(to, message)
    const posted = fitsCard(content)
      ? await unlessRefused(post(api, to, { type: 'interactive', content, uuid }))
      : undefined
    return posted ?? post(api, to, { type: 'text', content: { text: textWithButtons(message) }, uuid })
  }

  return {
    edit,
    async send(to, message, idempotencyKey) {
      const uuid = uuidOf(bot.id, idempotencyKey)
      const kept = await readCard(uuid)
      const card = kept ?? (await makeCard(to, message, uuid))
      const posted = card === undefined ? undefined : await postGrowing(to, card, uuid)
      if (card === undefined || posted === undefined) {
        return referenceTo(await postWhole(to, message, uuid), to, undefined)
      }
      const sent = referenceTo(posted, to, { card, uuid })
      // A card of an earlier try shows what was to be said then.
      if (kept !== undefined) await edit(sent, message)
      return sent
    },
  }
}

async function unlessRefused(posted: Promise<Posted>): Promise<Posted | undefined> {
  try {
    return await posted
  } catch (error) {
    if (isRefused(error)) return undefined
    throw error
  }
}
