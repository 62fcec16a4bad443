import type { BotSettings, ChannelBot, ChannelDependencies, InboundMessage, Inbox } from '../channel.ts'
import { openApi } from './api.ts'
import { part, stayConnected } from './connection.ts'
import { createDirectory } from './directory.ts'
import { hasCode } from './errors.ts'
import { takeIn, type Waiting } from './intake.ts'
import { appTokenOf, botTokenOf, teamTokensOf } from './settings.ts'
import type { Socket } from './socket.ts'
import { createThreads } from './threads.ts'
import { createWorkspaces, readAccount, type Account } from './workspaces.ts'

/** Receives until `signal` aborts; see `Channel.receive`. */
export async function receive(
  bot: ChannelBot,
  dependencies: ChannelDependencies,
  inbox: Inbox,
  signal: AbortSignal,
  shared: { waiting: Waiting; onMessage(message: InboundMessage): void },
): Promise<void> {
  const stop = new AbortController()
  const open = AbortSignal.any([signal, stop.signal])
  const api = openApi(bot.settings, dependencies, open)
  const sockets = new Set<Socket>()
  try {
    const appToken = appTokenOf(bot.settings)
    const tokens = { home: botTokenOf(bot.settings), teams: teamTokensOf(bot.settings) }
    const account = await readAccount(api, tokens.home)
    const workspaces = createWorkspaces(api, bot.memory, { ...tokens, account })
    const readUser = (teamId: string, user: string) => workspaces.call(teamId, 'users.info', { user })
    const directory = createDirectory(readUser, dependencies)
    const threads = createThreads(bot.memory)
    const working = takeIn({ inbox, workspaces, directory, threads, ...shared }, open)
    const connected = stayConnected(
      {
        api,
        appToken,
        dependencies,
        sockets,
        onEnvelope: (socket, envelope) => shared.waiting.add({ envelope, socket }),
        onLife: () => inbox.alive(),
      },
      open,
    )
    await Promise.race([working, connected]).finally(() => {
      stop.abort()
      // What is being committed is still confirmed.
      return Promise.allSettled([working, connected])
    })
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    stop.abort()
    await part(sockets, dependencies)
  }
}

/**
 * Who the bot is. The app's token is tried out too: a wrong one would show only later, as silence. Asking for a
 * socket and not opening it leaves nothing behind.
 */
export async function checkCredentials(
  settings: BotSettings,
  dependencies: ChannelDependencies,
): Promise<Account> {
  const api = openApi(settings, dependencies)
  const appToken = appTokenOf(settings)
  const account = await readAccount(api, botTokenOf(settings))
  await api.call(appToken, 'apps.connections.open').catch((error: unknown) => {
    // Whoever is told to wait is known.
    if (!hasCode(error, 'ratelimited')) throw error
  })
  return account
}
