import { fieldsOf, type Fields } from '../../../lib/json.ts'
import { numberOf } from '../numbers.ts'
import { isStreaming, readCard, withContent, withStreaming } from './cards.ts'
import { Refusal, scopeMissing } from './refusal.ts'
import { at, required, type ApiCall, type Route } from './request.ts'
import type { Card } from './world.ts'

/** The platform ends the growth of a card after that time. */
const growthMs = 10 * 60_000

/** https://open.feishu.cn/document/cardkit-v1/feishu-card-resource-overview */
export const cardCalls: readonly Route[] = [
  at('POST', '/open-apis/cardkit/v1/cards', (call) => {
    askScope(call)
    const card: Card = {
      id: String(7_000_000_000_000_000n + BigInt(call.world.cards.size)),
      card: readCard(required(call.json, 'data')),
      sequence: 0,
      madeAt: call.world.now(),
    }
    call.world.cards.set(card.id, card)
    return { card_id: card.id }
  }),
  at('PUT', '/open-apis/cardkit/v1/cards/:id', (call) => {
    const card = find(call)
    const changed = readCard(required(fieldsOf(call.json['card']), 'data'))
    moveOn(card, call.json)
    card.card = changed
    return {}
  }),
  at('PATCH', '/open-apis/cardkit/v1/cards/:id/settings', (call) => {
    const card = find(call)
    const settings = fieldsOf(JSON.parse(required(call.json, 'settings')))
    moveOn(card, call.json)
    card.card = withStreaming(card.card, fieldsOf(settings['config'])['streaming_mode'] === true)
    return {}
  }),
  at('PUT', '/open-apis/cardkit/v1/cards/:id/elements/:id/content', (call) => {
    const card = find(call)
    const content = required(call.json, 'content')
    if (!isStreaming(card.card)) throw new Refusal(300309, 'ErrMsg: streaming mode is closed')
    const changed = withContent(card.card, call.ids[1] ?? '', content)
    readCard(JSON.stringify(changed))
    moveOn(card, call.json)
    // As observed: what comes later is answered with success and shown to nobody.
    if (call.world.now() - card.madeAt < growthMs) card.card = changed
    return {}
  }),
]

function askScope({ app }: ApiCall): void {
  if (!app.scopes.has('cardkit:card:write')) throw scopeMissing('cardkit:card:write')
}

function find(call: ApiCall): Card {
  askScope(call)
  const card = call.world.cards.get(call.ids[0] ?? '')
  if (card === undefined) throw new Refusal(200740, 'ErrMsg: card is not found')
  return card
}

function moveOn(card: Card, json: Fields): void {
  const sequence = numberOf(json['sequence'])
  if (sequence === undefined || !Number.isInteger(sequence) || sequence > 2_147_483_647) {
    throw new Refusal(99992402, 'field validation failed: sequence')
  }
  if (sequence <= card.sequence) throw new Refusal(300317, 'ErrMsg: sequence number compare failed')
  card.sequence = sequence
}
