import type { ChannelDependencies, InboundMessage } from '../channel.ts'
import { dataOf, type FeishuApi } from './api.ts'
import type { DecodedMessage } from './decode.ts'
import { route } from './transport.ts'
import { fieldsOf } from '../../lib/json.ts'
import { textOf } from '../lenient-shape.ts'

/**
 * Events do not say what a person is called. The name is asked of the contacts
 * (https://open.feishu.cn/document/server-docs/contact-v3/user/get, scope `contact:user.base:readonly`); without the
 * scope, or when the answer takes long, the person's id stands in its place.
 */
export interface Names {
  fill(messages: readonly DecodedMessage[]): Promise<InboundMessage[]>
}

/** An event must be answered within three seconds. */
const patienceMs = 1_000
const lifeMs = 24 * 60 * 60_000
const lifeOfUnknownMs = 10 * 60_000
const maxKnown = 5_000

interface Known {
  name: string | undefined
  until: number
}

export function createNames(
  api: FeishuApi,
  { now, sleep }: Pick<ChannelDependencies, 'now' | 'sleep'>,
): Names {
  const known = new Map<string, Known>()

  async function ask(openId: string, signal: AbortSignal): Promise<void> {
    const name = await api
      .call({
        method: 'GET',
        path: route`/open-apis/contact/v3/users/${openId}`,
        query: { user_id_type: 'open_id' },
        signal,
      })
      .then(
        (answer) => textOf(fieldsOf(dataOf(answer)['user'])['name']),
        () => undefined,
      )
    if (known.size >= maxKnown) known.clear()
    known.set(openId, { name, until: now() + (name === undefined ? lifeOfUnknownMs : lifeMs) })
  }

  return {
    async fill(messages) {
      const strangers = new Set(
        messages.flatMap(({ openId }) => {
          const isKnown = openId === undefined || (known.get(openId)?.until ?? 0) > now()
          return isKnown ? [] : [openId]
        }),
      )
      if (strangers.size > 0) {
        const enough = new AbortController()
        const asked = Promise.all([...strangers].map((openId) => ask(openId, enough.signal)))
        await Promise.race([asked, sleep(patienceMs, enough.signal).catch(() => undefined)])
        enough.abort()
      }
      return messages.map(({ message, openId }) => {
        const name = openId === undefined ? undefined : known.get(openId)?.name
        return { ...message, sender: { ...message.sender, name: (name ?? message.sender.id).slice(0, 255) } }
      })
    },
  }
}
