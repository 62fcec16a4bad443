import { Refusal } from './refusal.ts'
import type { Person } from './world.ts'
import { at, FileAnswer, type ApiCall, type Route } from './request.ts'

const maxFileBytes = 30 * 1024 * 1024
const maxImageBytes = 10 * 1024 * 1024

/** The bot, the contacts and files. */
export const otherCalls: readonly Route[] = [
  at('GET', '/open-apis/bot/v3/info', ({ app }) => ({
    bot: { activate_status: 2, app_name: app.name, avatar_url: '', ip_white_list: [], open_id: app.openId },
  })),
  at('GET', '/open-apis/contact/v3/users/:id', ({ app, world, ids, query }) => {
    if (query.get('user_id_type') !== 'open_id') throw new Refusal(40001, 'param error')
    if (!app.scopes.has('contact:user.base:readonly'))
      throw new Refusal(41050, 'no user authority error', 403)
    const person = world.people.find((one) => world.openIdOf(one, app) === ids[0])
    if (person === undefined) throw new Refusal(99992351, 'open_id cross app')
    return { user: { union_id: person.unionId, open_id: ids[0], name: person.name } }
  }),
  at('GET', '/open-apis/im/v1/chats/:id', ({ app, world, ids, query }) => {
    const chat = world.chats.get(ids[0] ?? '')
    if (chat?.apps.includes(app) !== true) throw new Refusal(232011, 'Operator can NOT be out of the chat.')
    const isUnion = query.get('user_id_type') === 'union_id'
    const idOf = (one: Person) => (isUnion ? one.unionId : world.openIdOf(one, app))
    return { name: chat.title, user_manager_id_list: [...chat.managers].map(idOf) }
  }),
  at('POST', '/open-apis/im/v1/images', async (call) => ({
    image_key: await keep(call, 'image', 'img_v3', maxImageBytes),
  })),
  at('POST', '/open-apis/im/v1/files', async (call) => {
    const types = ['opus', 'mp4', 'pdf', 'doc', 'xls', 'ppt', 'stream']
    const type = call.form?.get('file_type')
    if (typeof type !== 'string' || !types.includes(type)) throw new Refusal(234001, 'Invalid request param.')
    return { file_key: await keep(call, 'file', 'file_v3', maxFileBytes) }
  }),
  at('GET', '/open-apis/im/v1/messages/:id/resources/:id', ({ app, world, ids, query }) => {
    const message = world.findMessage(ids[0] ?? '')
    const file = world.files.get(ids[1] ?? '')
    if (message?.chat.apps.includes(app) !== true || file === undefined || message.file !== file) {
      throw new Refusal(234003, 'File not in msg.')
    }
    if (query.get('type') !== (message.type === 'image' ? 'image' : 'file')) {
      throw new Refusal(234001, 'Invalid request param.')
    }
    return new FileAnswer(file.name, file.mediaType, file.bytes)
  }),
]

async function keep(
  { world, form }: ApiCall,
  field: string,
  prefix: string,
  maxBytes: number,
): Promise<string> {
  const part = form?.get(field)
  // The SDK sends a buffer without a file name, which is a text to the parser.
  const file = typeof part === 'string' ? new File([part], field) : part
  if (!(file instanceof File)) throw new Refusal(234001, 'Invalid request param.')
  if (file.size === 0) throw new Refusal(234010, "File's size can't be 0.")
  if (file.size > maxBytes) throw new Refusal(234006, 'The file size exceed the max value.')
  const key = world.id(prefix)
  const name = form?.get('file_name')
  world.files.set(key, {
    name: typeof name === 'string' ? name : file.name,
    mediaType: file.type,
    bytes: new Uint8Array(await file.arrayBuffer()),
  })
  return key
}
