import { createHash } from 'node:crypto'
import type { ChatAddress, SentMessage } from '../channel.ts'
import { asRecord, type DingTalkApi } from './api.ts'
import { personIn } from './address.ts'
import { refused } from './errors.ts'
import type { Robot } from './robot.ts'
import type { CardTemplate } from './settings.ts'

/** AI cards: messages whose text is streamed. */
export interface Cards {
  open(to: ChatAddress, text: string, idempotencyKey: string): Promise<SentMessage>
  /** Replaces the text; `isLast` ends the streaming. */
  write(outTrackId: string, text: string, isLast: boolean): Promise<void>
}

/**
 * Create: https://open.dingtalk.com/document/orgapp/create-and-deliver-cards
 * Stream: https://open.dingtalk.com/document/orgapp/api-streamingupdate
 */
export function createCards(api: DingTalkApi, robot: Robot, template: CardTemplate): Cards {
  return {
    async open(to, text, idempotencyKey) {
      const outTrackId = `portico_${digest(idempotencyKey)}`
      const answer = await api.call('POST', '/v1.0/card/instances/createAndDeliver', {
        cardTemplateId: template.id,
        outTrackId,
        callbackType: 'STREAM',
        userIdType: 1,
        cardData: { cardParamMap: { [template.contentKey]: text } },
        ...placeOf(to, await robot.code()),
      })
      checkDelivered(answer)
      return { out_track_id: outTrackId, chat_id: to.chatId, chat_kind: to.kind }
    },

    async write(outTrackId, text, isLast) {
      await api.call('PUT', '/v1.0/card/streaming', {
        outTrackId,
        // The same update under the same guid is one update.
        guid: digest(`${outTrackId} ${String(isLast)} ${text}`),
        key: template.contentKey,
        content: text,
        isFull: true,
        isFinalize: isLast,
        isError: false,
      })
    },
  }
}

function placeOf(to: ChatAddress, robotCode: string): object {
  return to.kind === 'private'
    ? {
        openSpaceId: `dtv1.card//IM_ROBOT.${personIn(to)}`,
        imRobotOpenSpaceModel: { supportForward: true },
        imRobotOpenDeliverModel: { spaceType: 'IM_ROBOT', robotCode },
      }
    : {
        openSpaceId: `dtv1.card//IM_GROUP.${to.chatId}`,
        imGroupOpenSpaceModel: { supportForward: true },
        imGroupOpenDeliverModel: { robotCode },
      }
}

/** A card that was created can still have reached nobody. */
function checkDelivered(answer: Record<string, unknown>): void {
  const results = asRecord(answer['result'])?.['deliverResults']
  const failed = Array.isArray(results)
    ? results.map(asRecord).find((one) => one?.['success'] === false)
    : undefined
  if (failed === undefined) return
  const reason = typeof failed['errorMsg'] === 'string' ? failed['errorMsg'] : 'the card reached nobody'
  throw refused('gone', 'deliverResults', reason.slice(0, 300))
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32)
}
