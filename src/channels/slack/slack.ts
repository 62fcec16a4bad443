import type { CanEdit, CanFetchFiles, CanReact, CanSendFiles, CanShowTyping } from '../channel.ts'
import type { Channel, ChannelBot, ChannelDefinition, ChannelDependencies } from '../channel.ts'
import { createAdministrators } from './administrators.ts'
import { openApi } from './api.ts'
import { createFiles } from './files.ts'
import { printSlackMarkdown } from './format.ts'
import { install } from './install.ts'
import { createWaiting } from './intake.ts'
import { createReaders } from './readers.ts'
import { createSender } from './send.ts'
import { botTokenOf, teamTokensOf } from './settings.ts'
import { createStreams } from './streams.ts'
import { createWorkspaces } from './workspaces.ts'

/** Two speech bubbles that lean on each other, drawn for Portico. */
const logo = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="24" height="24"><rect width="24" height="24" rx="6" fill="#4a2545"/><path d="M4 6.5A1.5 1.5 0 0 1 5.5 5h8A1.5 1.5 0 0 1 15 6.5v4a1.5 1.5 0 0 1-1.5 1.5H8l-3 2.5V12a1 1 0 0 1-1-1z" fill="#f0c35a"/><path d="M20 11.500a1.500 1.500 0 0 0-1.500-1.500H16.500v1a2.500 2.500 0 0 1-2.500 2.500H10v1A1.500 1.500 0 0 0 11.500 16H16l3 2.500V16a1 1 0 0 0 1-1z" fill="#5fb9a5"/></svg>`

const gigabyte = 1024 * 1024 * 1024

/** Slack apps over Socket Mode: https://docs.slack.dev/apis/events-api/using-socket-mode/ */
export const slack: ChannelDefinition = {
  name: 'slack',
  displayName: 'Slack',
  logo,
  authMode: 'binding_code',
  reach: 'dials_out',
  credentialFields: [
    { name: 'bot_token', label: 'Bot token (xoxb-...)', type: 'password', required: true },
    { name: 'app_token', label: 'App-level token (xapp-...)', type: 'password', required: true },
    { name: 'client_id', label: 'Client ID, for more workspaces', type: 'text', required: false },
    { name: 'client_secret', label: 'Client secret, for more workspaces', type: 'password', required: false },
    { name: 'team_tokens', label: 'Tokens of workspaces', type: 'password', required: false, hidden: true },
  ],
  // https://docs.slack.dev/apis/web-api/rate-limits: a message per second and channel; edits 50 per minute.
  abilities: {
    maxTextLength: 12_000,
    streaming: 'native',
    idempotentSend: false,
    pace: {
      privateChat: { burst: 3, perSecond: 1 },
      groupChat: { burst: 3, perSecond: 1 },
      bot: { burst: 20, perSecond: 5 },
    },
    editIntervalMs: { privateChat: 1300, groupChat: 1300 },
    typingIntervalMs: 90_000,
    files: { maxInboundBytes: gigabyte, maxOutboundBytes: gigabyte },
    buttons: { max: 25, maxValueBytes: 2000 },
  },
  print: printSlackMarkdown,
  install,

  async validate(settings, dependencies) {
    const { checkCredentials } = await receiving()
    const account = await checkCredentials(settings, dependencies)
    return {
      id: `${account.teamId}:${account.userId}`,
      name: `${account.userName} (${account.teamName})`,
      username: account.userName,
    }
  },

  create,
}

export type SlackChannel = Channel & CanEdit & CanShowTyping & CanReact & CanSendFiles & CanFetchFiles

function create(bot: ChannelBot, dependencies: ChannelDependencies): SlackChannel {
  const api = openApi(bot.settings, dependencies)
  const workspaces = createWorkspaces(api, bot.memory, {
    home: botTokenOf(bot.settings),
    teams: teamTokensOf(bot.settings),
    account: undefined,
  })
  const readers = createReaders()
  const waiting = createWaiting()
  return {
    ...createSender(workspaces, createStreams(workspaces.callIn), readers.readerOf),
    ...createFiles(api, workspaces),
    ...createAdministrators(workspaces),
    async receive(inbox, signal) {
      const { receive } = await receiving()
      await receive(bot, dependencies, inbox, signal, { waiting, onMessage: readers.note })
    },
  }
}

/** Loaded for the first bot. */
function receiving() {
  return import('./receive.ts')
}
