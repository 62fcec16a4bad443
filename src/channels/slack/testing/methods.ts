import { randomUUID } from 'node:crypto'
import { chatMethods } from './chat-methods.ts'
import { fileMethods } from './file-methods.ts'
import { installApp } from './apps.ts'
import { Refusal } from './refusal.ts'
import { streamMethods } from './stream-methods.ts'
import { chatOf, messageOf, type BotCall, type OpenCall } from './call.ts'
import { messageJson } from './payloads.ts'

/** What a bot may call with its token, `xoxb-...`. */
export const botMethods: Readonly<Record<string, (call: BotCall) => Record<string, unknown>>> = {
  ...chatMethods,
  ...streamMethods,
  ...fileMethods,

  'auth.test': ({ slack, bot }) => ({
    url: `${slack.url}/`,
    team: bot.team.name,
    user: bot.user.name,
    team_id: bot.team.id,
    user_id: bot.user.id,
    bot_id: bot.user.botId,
    is_enterprise_install: false,
  }),

  'users.info'({ slack, parameters }) {
    const user = slack.world.users.get(parameters.required('user', 'user_not_found'))
    if (user === undefined) throw new Refusal('user_not_found')
    const { id, name, teamId, displayName, botId, isAdmin = false } = user
    return {
      user: {
        id,
        name,
        team_id: teamId,
        real_name: displayName,
        profile: { display_name: displayName, real_name: displayName },
        is_bot: botId !== undefined,
        is_admin: isAdmin,
        is_owner: false,
      },
    }
  },

  'conversations.info'(call) {
    const { id, kind, title, creator } = chatOf(call)
    return { channel: { id, name: title, creator, is_im: kind === 'im', is_channel: kind === 'channel' } }
  },

  'conversations.open'({ slack, bot, parameters }) {
    const user = parameters.required('users', 'users_list_not_supplied')
    if (!slack.world.users.has(user)) throw new Refusal('user_not_found')
    return { channel: { id: slack.world.directOf(bot.team.id, bot.user.id, user).id } }
  },

  'conversations.replies'(call) {
    const chat = chatOf(call)
    const root = messageOf(call, chat, 'ts', 'thread_not_found')
    const thread = chat.messages.filter(({ ts, threadTs }) => ts === root.ts || threadTs === root.ts)
    return {
      messages: thread.map((message) => messageJson(chat, message, call.slack.url)),
      has_more: false,
    }
  },

  'assistant.threads.setStatus'(call) {
    const chat = chatOf(call, 'channel_id')
    chat.status.set(call.parameters.required('thread_ts'), call.parameters.text('status') ?? '')
    return {}
  },

  'reactions.add'(call) {
    const { users } = markOf(call)
    if (users.has(call.bot.user.id)) throw new Refusal('already_reacted')
    users.add(call.bot.user.id)
    return {}
  },

  'reactions.remove'(call) {
    if (!markOf(call).users.delete(call.bot.user.id)) throw new Refusal('no_reaction')
    return {}
  },
}

function markOf(call: BotCall): { users: Set<string> } {
  const message = messageOf(call, chatOf(call), 'timestamp')
  const name = call.parameters.required('name', 'invalid_name')
  const users = message.reactions.get(name) ?? new Set<string>()
  message.reactions.set(name, users)
  return { users }
}

/** What needs no token of a bot. */
export const openMethods: Readonly<Record<string, (call: OpenCall) => Record<string, unknown>>> = {
  'apps.connections.open'({ slack, token }) {
    const app = slack.apps.find(({ appToken }) => appToken === token)
    if (token.startsWith('xoxb-')) throw new Refusal('not_allowed_token_type')
    if (app === undefined) throw new Refusal('invalid_auth')
    const ticket = randomUUID()
    app.tickets.add(ticket)
    return { url: `${slack.url.replace('http', 'ws')}/link/?ticket=${ticket}&app_id=${app.id}` }
  },

  'oauth.v2.access'({ slack, parameters }) {
    const app = slack.apps.find(({ clientId }) => clientId === parameters.text('client_id'))
    if (app === undefined) throw new Refusal('invalid_client_id')
    if (parameters.text('client_secret') !== app.clientSecret) throw new Refusal('bad_client_secret')
    const code = parameters.required('code', 'invalid_code')
    const team = app.codes.get(code)
    if (team === undefined || !app.codes.delete(code)) throw new Refusal('invalid_code')
    const { token, user } = installApp(slack.world, app, team)
    return {
      access_token: token,
      token_type: 'bot',
      scope: 'chat:write,im:history',
      bot_user_id: user.id,
      app_id: app.id,
      team: { id: team.id, name: team.name },
      enterprise: null,
      authed_user: { id: slack.world.addUser({ teamId: team.id, displayName: 'Installer' }).id },
      is_enterprise_install: false,
    }
  },
}
