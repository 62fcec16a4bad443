import { dataOf, nonsense, type FeishuApi } from './api.ts'
import { answerElement, printStreaming } from './card.ts'
import { isOutOfOrder, isStreamClosed } from './errors.ts'
import { route } from './transport.ts'
import { textOf } from '../lenient-shape.ts'

/** A card of CardKit that was sent: https://open.feishu.cn/document/cardkit-v1/streaming-updates-openapi-overview */
export interface GrowingCard {
  cardId: string
  /** When it was made, in milliseconds since the epoch. */
  madeAt: number
}

export interface GrowingCards {
  /** Makes a card out of its JSON and returns its id. Refused without the scope `cardkit:card:write`. */
  make(json: string): Promise<string>
  /** Shows more of the text. False when the card takes no more by this way. */
  grow(card: GrowingCard, text: string): Promise<boolean>
  /** Replaces the whole card, whether it still grows or not. */
  replace(card: GrowingCard, json: string): Promise<void>
  /** Ends the growth; a card that has ended before is left alone. */
  close(card: GrowingCard): Promise<void>
}

/**
 * The platform ends the growth of a card ten minutes after it began, and from then on drops text that is added
 * without a word; before that, the text goes another way.
 */
const growthMs = 9 * 60_000
const maxKnown = 1_000
/** How far the number jumps when another replica's clock was ahead. */
const leap = 10 * 60_000

/**
 * Every change of a card has a number that must be higher than the last one's. It is the age of the card in
 * milliseconds, so that another replica can go on without knowing what was before.
 */
export function createGrowingCards(api: FeishuApi, now: () => number): GrowingCards {
  const known = new Map<string, { sequence: number; isClosed: boolean }>()

  function stateOf({ cardId }: GrowingCard) {
    const state = known.get(cardId) ?? { sequence: 0, isClosed: false }
    if (!known.has(cardId) && known.size >= maxKnown) known.clear()
    known.set(cardId, state)
    return state
  }

  async function inOrder(card: GrowingCard, change: (sequence: number) => Promise<unknown>): Promise<void> {
    const state = stateOf(card)
    const next = (ahead: number) => {
      state.sequence = Math.max(state.sequence + 1, now() - card.madeAt + 1) + ahead
      return state.sequence
    }
    try {
      await change(next(0))
    } catch (error) {
      if (!isOutOfOrder(error)) throw error
      await change(next(leap))
    }
  }

  return {
    async make(json) {
      const answer = await api.call({
        method: 'POST',
        path: '/open-apis/cardkit/v1/cards',
        json: { type: 'card_json', data: json },
      })
      const cardId = textOf(dataOf(answer)['card_id'])
      if (cardId === undefined) throw nonsense('a card was made without an id')
      return cardId
    },

    async grow(card, text) {
      const state = stateOf(card)
      if (text === '') return true
      if (state.isClosed || now() - card.madeAt > growthMs) return false
      const path = route`/open-apis/cardkit/v1/cards/${card.cardId}/elements/${answerElement}/content`
      try {
        await inOrder(card, (sequence) =>
          api.call({ method: 'PUT', path, json: { content: text, sequence } }),
        )
        return true
      } catch (error) {
        if (!isStreamClosed(error)) throw error
        state.isClosed = true
        return false
      }
    },

    async replace(card, json) {
      const path = route`/open-apis/cardkit/v1/cards/${card.cardId}`
      const content = { type: 'card_json', data: json }
      await inOrder(card, (sequence) => api.call({ method: 'PUT', path, json: { card: content, sequence } }))
    },

    async close(card) {
      const path = route`/open-apis/cardkit/v1/cards/${card.cardId}/settings`
      const settings = printStreaming(false)
      try {
        await inOrder(card, (sequence) => api.call({ method: 'PATCH', path, json: { settings, sequence } }))
      } catch (error) {
        if (!isStreamClosed(error)) throw error
      }
      stateOf(card).isClosed = true
    },
  }
}
