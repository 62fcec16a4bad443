import type { ChannelMemory, ChatAddress, SentMessage } from '../channel.ts'
import type { DingTalkApi } from './api.ts'
import { personIn, robotCodeKey } from './address.ts'
import { refused } from './errors.ts'

/** Messages that the robot sends by itself: they need no question and no session. */
export interface Robot {
  code(): Promise<string>
  send(to: ChatAddress, msgKey: string, parameters: object): Promise<SentMessage>
}

/**
 * In private: https://open.dingtalk.com/document/orgapp/chatbots-send-one-on-one-chat-messages-in-batches
 * In groups: https://open.dingtalk.com/document/orgapp/the-robot-sends-a-group-message
 */
export function createRobot(api: DingTalkApi, memory: Pick<ChannelMemory, 'read'>): Robot {
  async function code(): Promise<string> {
    const stored = await memory.read(robotCodeKey)
    return typeof stored === 'string' ? stored : api.settings.clientId
  }
  return {
    code,
    async send(to, msgKey, parameters) {
      const message = { robotCode: await code(), msgKey, msgParam: JSON.stringify(parameters) }
      const answer =
        to.kind === 'private'
          ? await api.call('POST', '/v1.0/robot/oToMessages/batchSend', {
              ...message,
              userIds: [personIn(to)],
            })
          : await api.call('POST', '/v1.0/robot/groupMessages/send', {
              ...message,
              openConversationId: to.chatId,
            })
      // One person is told apart within an answer that succeeds.
      if (holds(answer['flowControlledStaffIdList'])) {
        throw refused('rate_limited', 'flowControlledStaffIdList', 'too many messages to this person')
      }
      if (holds(answer['invalidStaffIdList'])) {
        throw refused('gone', 'invalidStaffIdList', 'the organisation has no such person')
      }
      const key = answer['processQueryKey']
      return { process_query_key: typeof key === 'string' ? key : '' }
    },
  }
}

function holds(list: unknown): boolean {
  return Array.isArray(list) && list.length > 0
}
