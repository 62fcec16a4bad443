import type { App } from './apps.ts'
import type { Conversation, Installation, Message, StoredFile, User } from './world.ts'

/** What an app is sent: https://docs.slack.dev/apis/events-api/#event-type-structure */
export function eventPayload(
  app: App,
  { team, user }: Installation,
  event: Record<string, unknown>,
  id: string,
): Record<string, unknown> {
  return {
    token: 'verification-token',
    team_id: team.id,
    api_app_id: app.id,
    event,
    type: 'event_callback',
    event_id: id,
    event_time: Math.floor(Number(event['event_ts'])),
    authorizations: [
      {
        enterprise_id: null,
        team_id: team.id,
        user_id: user.id,
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
    is_ext_shared_channel: false,
    event_context: `4-${id}`,
  }
}

/** A message as events and answers show it. */
export function messageJson(chat: Conversation, message: Message, url: string): Record<string, unknown> {
  const { user, threadTs, files, editedTs } = message
  const parent = chat.messages.find(({ ts }) => ts === threadTs)
  return {
    type: 'message',
    user: user.id,
    ts: message.ts,
    team: user.teamId,
    text: message.text,
    ...(user.botId === undefined ? {} : { bot_id: user.botId }),
    ...(message.blocks.length === 0 ? {} : { blocks: message.blocks }),
    ...(threadTs === undefined ? {} : { thread_ts: threadTs, parent_user_id: parent?.user.id }),
    ...(files.length === 0 ? {} : { subtype: 'file_share', files: files.map((file) => fileJson(file, url)) }),
    ...(editedTs === undefined ? {} : { edited: { user: user.id, ts: editedTs } }),
  }
}

export function fileJson(file: StoredFile, url: string): Record<string, unknown> {
  const address = `${url}/files-pri/${file.teamId}-${file.id}`
  const name = encodeURIComponent(file.name)
  return {
    id: file.id,
    name: file.name,
    title: file.name,
    mimetype: file.mediaType,
    mode: 'hosted',
    is_external: false,
    size: file.bytes.byteLength,
    user: file.owner,
    url_private: `${address}/${name}`,
    url_private_download: `${address}/download/${name}`,
  }
}

/** https://docs.slack.dev/reference/interaction-payloads/block_actions-payload */
export function pressPayload(
  app: App,
  { team }: Installation,
  press: {
    person: User
    chat: Conversation
    message: Message
    block: object
    element: Record<string, unknown>
    ts: string
    url: string
  },
): Record<string, unknown> {
  const { person, chat, message, element, ts } = press
  return {
    type: 'block_actions',
    user: { id: person.id, username: person.name, name: person.name, team_id: person.teamId },
    api_app_id: app.id,
    token: 'verification-token',
    container: { type: 'message', message_ts: message.ts, channel_id: chat.id, is_ephemeral: false },
    trigger_id: `${ts}.trigger`,
    team: { id: team.id, domain: team.name.toLowerCase() },
    enterprise: null,
    is_enterprise_install: false,
    channel: { id: chat.id, name: chat.kind === 'im' ? 'directmessage' : chat.title },
    message: messageJson(chat, message, press.url),
    response_url: `${press.url}/actions/${team.id}/1/1`,
    actions: [{ ...element, block_id: 'b1', action_ts: ts }],
  }
}

/** https://docs.slack.dev/interactivity/implementing-slash-commands */
export function commandPayload(
  app: App,
  { team }: Installation,
  said: { person: User; chat: Conversation; command: string; text: string; ts: string; url: string },
): Record<string, unknown> {
  const { person, chat, command, text, ts } = said
  return {
    token: 'verification-token',
    team_id: team.id,
    team_domain: team.name.toLowerCase(),
    channel_id: chat.id,
    channel_name: chat.kind === 'im' ? 'directmessage' : chat.title,
    user_id: person.id,
    user_name: person.name,
    command,
    text,
    api_app_id: app.id,
    is_enterprise_install: 'false',
    response_url: `${said.url}/commands/${team.id}/1/1`,
    trigger_id: `${ts}.trigger`,
  }
}
