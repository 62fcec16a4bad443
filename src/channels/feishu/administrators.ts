import type { CanTellAdministrators } from '../channel.ts'
import { textOf } from '../lenient-shape.ts'
import { listOf } from '../../lib/json.ts'
import { dataOf, type FeishuApi } from './api.ts'
import { missingScope } from './errors.ts'
import { route } from './transport.ts'

/** Owner and administrators of a group: https://open.feishu.cn/document/server-docs/group/chat/get-2 */
export function createAdministrators(api: FeishuApi): CanTellAdministrators {
  return {
    async isAdministrator({ chatId }, personId) {
      const answer = await api
        .call({
          method: 'GET',
          path: route`/open-apis/im/v1/chats/${chatId}`,
          // People are known by the union id, and by the open id only where the platform gives no other.
          query: { user_id_type: personId.startsWith('ou_') ? 'open_id' : 'union_id' },
        })
        .catch((error: unknown) => {
          throw missingScope(error, 'im:chat:readonly')
        })
      const { owner_id: owner, user_manager_id_list: managers } = dataOf(answer)
      return textOf(owner) === personId || listOf(managers).includes(personId)
    },
  }
}
