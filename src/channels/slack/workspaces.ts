import type { ChannelMemory } from '../channel.ts'
import { PlatformError } from '../../lib/errors.ts'
import type { SlackApi } from './api.ts'
import type { TeamToken } from './settings.ts'
import { idOf, wordOf, type Fields } from './shape.ts'

/** Who the bot is in its home workspace. */
export interface Account {
  teamId: string
  teamName: string
  userId: string
  userName: string
}

/** The workspaces where the bot is installed, each with a token of its own. */
export interface Workspaces {
  botUserOf(teamId: string): string | undefined
  /** Calls a method as the bot of that workspace. */
  call(teamId: string, method: string, parameters?: Fields): Promise<Fields>
  /** Calls a method as the bot that is in that chat. */
  callIn: (chatId: string, method: string, parameters?: Fields) => Promise<Fields>
  tokenOf(teamId: string): string
  teamOf(chatId: string): Promise<string>
  /** Notes where a chat is; returns what to remember, for the commit of the batch. */
  place(chatId: string, teamId: string): Record<string, unknown>
}

const maxChats = 5_000
/** Stands for the workspace of `bot_token` in what is asked before it was identified. */
const home = ''

export function createWorkspaces(
  api: Pick<SlackApi, 'call'>,
  memory: ChannelMemory,
  tokens: { home: string; teams: ReadonlyMap<string, TeamToken>; account: Account | undefined },
): Workspaces {
  const chats = new Map<string, string>()
  const tokenOf = (teamId: string) => tokens.teams.get(teamId)?.token ?? tokens.home
  const call = (teamId: string, method: string, parameters?: Fields) =>
    api.call(tokenOf(teamId), method, parameters).catch((error: unknown) => {
      throw tokens.teams.has(teamId) ? asLeft(error) : error
    })
  const note = (chatId: string, teamId: string) => {
    chats.set(chatId, teamId)
    const [oldest] = chats.keys()
    if (chats.size > maxChats && oldest !== undefined) chats.delete(oldest)
  }
  const teamOf = async (chatId: string) => {
    const known = chats.get(chatId)
    if (known !== undefined) return known
    const team = tokens.teams.size === 0 ? home : (idOf(await memory.read(keyOf(chatId))) ?? home)
    note(chatId, team)
    return team
  }
  return {
    botUserOf(teamId) {
      const ofTeam = tokens.teams.get(teamId)?.botUserId
      return ofTeam ?? (tokens.account?.teamId === teamId ? tokens.account.userId : undefined)
    },
    call,
    callIn: async (chatId, method, parameters) => call(await teamOf(chatId), method, parameters),
    tokenOf,
    teamOf,
    place(chatId, teamId) {
      if (chats.get(chatId) === teamId) return {}
      note(chatId, teamId)
      return tokens.teams.has(teamId) ? { [keyOf(chatId)]: teamId } : {}
    },
  }
}

/** A workspace that threw the bot out is out of reach; in the others it goes on. */
function asLeft(error: unknown): unknown {
  if (!(error instanceof PlatformError) || error.kind !== 'bad_credentials') return error
  const { platform, code } = error
  return new PlatformError({
    platform,
    code,
    kind: 'gone',
    description: 'the app was removed from the workspace',
  })
}

/** https://docs.slack.dev/reference/methods/auth.test */
export async function readAccount(api: Pick<SlackApi, 'call'>, token: string): Promise<Account> {
  const answer = await api.call(token, 'auth.test')
  const teamId = idOf(answer['team_id'])
  const userId = idOf(answer['user_id'])
  if (teamId === undefined || userId === undefined) {
    throw new PlatformError({
      platform: 'slack',
      code: 'nonsense',
      kind: 'transient',
      description: 'auth.test did not say who the bot is',
    })
  }
  return {
    teamId,
    userId,
    teamName: wordOf(answer['team']) ?? teamId,
    userName: wordOf(answer['user']) ?? userId,
  }
}

function keyOf(chatId: string): string {
  return `team ${chatId}`
}
