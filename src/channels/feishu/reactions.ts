import type { CanReact } from '../channel.ts'
import { dataOf, type FeishuApi } from './api.ts'
import { route } from './transport.ts'
import { fieldsOf, listOf } from '../../lib/json.ts'
import { textOf } from '../lenient-shape.ts'

/** https://open.feishu.cn/document/server-docs/im-v1/message-reaction/emojis-introduce */
const emoji = 'Typing'
const maxKnown = 1_000

/** The mark of a message that is being worked on: https://open.feishu.cn/document/server-docs/im-v1/message-reaction/create */
export function createReactions(api: FeishuApi): CanReact {
  const known = new Map<string, string>()

  /** After a restart the reaction is looked for: the app's own of this kind. */
  async function findOwn(messageId: string): Promise<string[]> {
    const answer = await api.call({
      method: 'GET',
      path: route`/open-apis/im/v1/messages/${messageId}/reactions`,
      query: { reaction_type: emoji },
    })
    return listOf(dataOf(answer)['items']).flatMap((item) => {
      const { reaction_id: id, operator } = fieldsOf(item)
      const isOurs = fieldsOf(operator)['operator_id'] === api.settings.appId
      return isOurs && typeof id === 'string' ? [id] : []
    })
  }

  return {
    async react(_, messageId, reaction) {
      if (reaction === 'working') {
        const answer = await api.call({
          method: 'POST',
          path: route`/open-apis/im/v1/messages/${messageId}/reactions`,
          json: { reaction_type: { emoji_type: emoji } },
        })
        const id = textOf(dataOf(answer)['reaction_id'])
        if (known.size >= maxKnown) known.clear()
        if (id !== undefined) known.set(messageId, id)
        return
      }
      const id = known.get(messageId)
      known.delete(messageId)
      for (const one of id === undefined ? await findOwn(messageId) : [id]) {
        const path = route`/open-apis/im/v1/messages/${messageId}/reactions/${one}`
        await api.call({ method: 'DELETE', path })
      }
    },
  }
}
