import type { Fields } from '../../../lib/json.ts'
import { buttonValue } from './message-calls.ts'
import { isApp, tenantKey, type App, type Chat, type Message, type Person, type World } from './world.ts'

/** Tells an app of a message: https://open.feishu.cn/document/server-docs/im-v1/message/events/receive */
export function tellOfMessage(world: World, app: App, message: Message): void {
  if (isApp(message.from)) return
  const { id, rootId, parentId, threadId, chat } = message
  tell(world, app, 'im.message.receive_v1', {
    sender: { sender_id: idsOf(world, app, message.from), sender_type: 'user', tenant_key: tenantKey },
    message: {
      message_id: id,
      ...(rootId === undefined ? {} : { root_id: rootId }),
      ...(parentId === undefined ? {} : { parent_id: parentId }),
      ...(threadId === undefined ? {} : { thread_id: threadId }),
      create_time: String(message.createdAt),
      update_time: String(message.createdAt),
      chat_id: chat.id,
      chat_type: chat.kind,
      message_type: message.type,
      content: message.content,
      ...(message.mentions.length === 0
        ? {}
        : {
            mentions: message.mentions.map(({ key, app: mentioned }) => ({
              key,
              id: { union_id: '', user_id: '', open_id: mentioned.openId },
              name: mentioned.name,
              tenant_key: tenantKey,
            })),
          }),
    },
  })
}

/** https://open.feishu.cn/document/feishu-cards/card-callback-communication */
export function tellOfPress(
  world: World,
  app: App,
  press: { person: Person; message: Message; label: string },
) {
  const { person, message, label } = press
  const value = buttonValue(world, message, label)
  if (value === undefined) throw new Error(`no button ${label}`)
  tell(
    world,
    app,
    'card.action.trigger',
    {
      operator: { tenant_key: tenantKey, ...idsOf(world, app, person) },
      token: `c-${message.id}`,
      action: { value, tag: 'button' },
      host: 'im_message',
      context: { open_message_id: message.id, open_chat_id: message.chat.id },
    },
    1000,
  )
}

/** https://open.feishu.cn/document/server-docs/group/chat-member/event/added-2 */
export function tellOfGroup(world: World, app: App, chat: Chat, person: Person): void {
  tell(world, app, 'im.chat.member.bot.added_v1', {
    chat_id: chat.id,
    operator_id: idsOf(world, app, person),
    external: false,
    operator_tenant_key: tenantKey,
    name: chat.title,
  })
}

export function tell(world: World, app: App, type: string, event: Fields, factor = 1): void {
  const id = world.id('event').slice(6)
  app.events.deliver(id, {
    schema: '2.0',
    header: {
      event_id: id,
      event_type: type,
      create_time: String(world.now() * factor),
      token: '',
      app_id: app.id,
      tenant_key: tenantKey,
    },
    event,
  })
}

function idsOf(world: World, app: App, person: Person): Fields {
  return { union_id: person.unionId, user_id: '', open_id: world.openIdOf(person, app) }
}
