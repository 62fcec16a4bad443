import type { WechatAccount } from './account.ts'
import type { WechatChat } from './chat.ts'
import type { FileStore } from './file-store.ts'
import { Refusal } from './refusal.ts'

export interface Call {
  account: WechatAccount
  body: Readonly<Record<string, unknown>>
  now: number
  holdMs: number
  signal: AbortSignal
}

type Answer = Record<string, unknown> | undefined

/** What `/ilink/bot/<method>` does; undefined is an answer without a body. */
export const methods: Readonly<Record<string, (call: Call) => Answer | Promise<Answer>>> = {
  'msg/notifystart': ({ account }) => {
    account.isStale = false
    return { ret: 0 }
  },
  'msg/notifystop': () => ({ ret: 0 }),

  async getupdates({ account, body, holdMs, signal }) {
    const { msgs, cursor } = await account.updates.after(textIn(body, 'get_updates_buf'), holdMs, signal)
    return { ret: 0, msgs, get_updates_buf: cursor, longpolling_timeout_ms: holdMs }
  },

  getconfig: ({ account, body }) => ({
    ret: 0,
    typing_ticket: ticketFor(account, textIn(body, 'ilink_user_id')),
  }),

  sendtyping({ account, body }) {
    const person = textIn(body, 'ilink_user_id')
    if (body['typing_ticket'] !== ticketFor(account, person)) throw new Refusal(-1, 'invalid ticket')
    account.chat(person).typing += 1
    return { ret: 0 }
  },

  getuploadurl: ({ account, body }) => ({ ret: 0, upload_param: account.files.announce(body) }),

  sendmessage({ account, body, now }) {
    const msg = body['msg'] as Record<string, unknown> | undefined
    const items = msg?.['item_list'] as Record<string, unknown>[] | undefined
    if (msg?.['from_user_id'] !== '' || msg['message_type'] !== 2 || items?.length !== 1)
      throw new Refusal(-1, 'invalid message')
    const chat = account.chats.get(textIn(msg, 'to_user_id'))
    const clientId = textIn(msg, 'client_id')
    const known = chat?.sent.get(clientId)
    if (known !== undefined) return { ret: 0, message_id: known }
    // As the platform does: taken, and shown to nobody.
    if (chat === undefined || textIn(msg, 'context_token') === '') return undefined
    if (!isOpen(chat, textIn(msg, 'context_token'), now)) throw new Refusal(-2, '')
    const id = account.newId()
    chat.add({ id, fromBot: true, ...contentOf(account.files, items[0]!) })
    chat.spent += 1
    chat.sent.set(clientId, id)
    return { ret: 0, message_id: id }
  },
}

function isOpen(chat: WechatChat, token: string, now: number): boolean {
  return chat.contextToken === token && chat.spent < 10 && now - chat.openedAt < 24 * 60 * 60 * 1000
}

function contentOf(store: FileStore, item: Record<string, unknown>) {
  const part = (name: string) => (item[name] ?? {}) as Record<string, unknown>
  const file = (name: string, mediaType: string, media: unknown) => ({
    text: '',
    files: [{ name, mediaType, bytes: store.open(media) }],
  })
  switch (item['type']) {
    case 1: {
      const text = textIn(part('text_item'), 'text')
      if (text === '' || text.length > 4000) throw new Refusal(-1, 'invalid text')
      return { text, files: [] }
    }
    case 2:
      return file('image.jpg', 'image/jpeg', part('image_item')['media'])
    case 4:
      return file(
        textIn(part('file_item'), 'file_name'),
        'application/octet-stream',
        part('file_item')['media'],
      )
    case 5:
      return file('video.mp4', 'video/mp4', part('video_item')['media'])
    default:
      throw new Refusal(-1, 'invalid item')
  }
}

function ticketFor(account: WechatAccount, personId: string): string {
  return Buffer.from(`${account.id}/${personId}`).toString('base64')
}

function textIn(fields: Readonly<Record<string, unknown>>, name: string): string {
  const value = fields[name]
  return typeof value === 'string' ? value : ''
}
