import type { Button, ChatAddress } from '../channel.ts'
import { fieldsOf, type Fields } from '../../lib/json.ts'
import { textOf } from '../lenient-shape.ts'

/** The element of a card that holds the answer. */
export const answerElement = 'answer'

/** A card's JSON may have that many bytes: https://open.feishu.cn/document/server-docs/im-v1/message/create */
const maxCardBytes = 30 * 1024
/** Room for what the platform counts beside the JSON. */
const marginBytes = 512

/** Text that is typed out slower than it arrives is shown at once. */
const growth = {
  print_frequency_ms: { default: 50 },
  print_step: { default: 2 },
  print_strategy: 'fast',
}

/** The platform refuses messages without text. */
export const nothingYet = '…'

export interface CardContent {
  /** In the card's markdown. */
  text: string
  /** What the list of chats shows of it. */
  summary: string
  streaming: boolean
  buttons: readonly Button[]
  to: Pick<ChatAddress, 'kind' | 'topicId'>
}

/** A card of the second schema: https://open.feishu.cn/document/feishu-cards/card-json-v2-structure */
export function printCard({ text, summary, streaming, buttons, to }: CardContent): string {
  const config = streaming
    ? { streaming_mode: true, update_multi: true, streaming_config: growth }
    : { streaming_mode: false, update_multi: true, summary: { content: summaryOf(summary) } }
  return JSON.stringify({
    schema: '2.0',
    config,
    body: {
      elements: [
        { tag: 'markdown', element_id: answerElement, content: text === '' ? nothingYet : text },
        ...buttons.map((button, index) => printButton(button, index, to)),
      ],
    },
  })
}

export function fitsCard(json: string): boolean {
  return Buffer.byteLength(json) <= maxCardBytes - marginBytes
}

/** The setting that ends or begins the growth of a card. */
export function printStreaming(streaming: boolean): string {
  return JSON.stringify({ config: { streaming_mode: streaming } })
}

function summaryOf(plain: string): string {
  return plain.replace(/\s+/g, ' ').trim().slice(0, 80).toWellFormed()
}

/** The platform does not say in what kind of chat a button was pressed, so the button says it. */
function printButton(button: Button, index: number, to: Pick<ChatAddress, 'kind' | 'topicId'>): Fields {
  const value = { portico: 1, say: button.value, kind: to.kind, ...(to.topicId && { topic: to.topicId }) }
  return {
    tag: 'button',
    element_id: `button_${index}`,
    text: { tag: 'plain_text', content: button.label },
    behaviors: [{ type: 'callback', value }],
  }
}

export interface Action {
  value: string
  kind: ChatAddress['kind']
  topicId: string | undefined
}

/** What a pressed button says; undefined for buttons of other cards. Throws for a button that lost its meaning. */
export function actionOf(value: unknown): Action | undefined {
  const fields = fieldsOf(value)
  if (fields['portico'] !== 1) return undefined
  const say = textOf(fields['say'])
  const { kind } = fields
  if (say === undefined || (kind !== 'private' && kind !== 'group'))
    throw new TypeError('a button without a value')
  return { value: say, kind, topicId: textOf(fields['topic']) }
}
