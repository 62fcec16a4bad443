import type { InboundMessage } from './channel.ts'

/** Whom a bot listens to, and how it behaves where many talk. */
export interface BotRules {
  /** Ids of people, groups, and spaces (servers, teams, repositories) that may use the bot; empty: all may. */
  people: readonly string[]
  groups: readonly string[]
  spaces: readonly string[]
  /** In groups it answers when it is spoken to (`mention`), everything that connected people say, or nothing. */
  inGroups: 'mention' | 'everything' | 'nothing'
  /** Each thread or topic of a group has a conversation of its own, or all share the group's. */
  threads: 'own' | 'shared'
  /** Said to someone who opens a chat with the bot, markdown; empty: how to begin. */
  welcome: string
}

export const usualRules: BotRules = {
  people: [],
  groups: [],
  spaces: [],
  inGroups: 'mention',
  threads: 'own',
  welcome: '',
}

/** `taken`, `aside` (not meant for the bot: not even recorded), or `refused` (not on the lists). */
export type Admission = 'taken' | 'aside' | 'refused'

export function admit(rules: BotRules, { chat, sender, space, addressed, kind }: InboundMessage): Admission {
  const isGroup = chat.kind === 'group'
  if (isGroup && rules.inGroups === 'nothing') return 'aside'
  if (isGroup && rules.inGroups === 'mention' && !addressed && kind !== 'joined') return 'aside'
  if (!lists(rules.people, sender.id)) return 'refused'
  if (isGroup && !lists(rules.groups, chat.chatId)) return 'refused'
  if (space !== undefined && !lists(rules.spaces, space)) return 'refused'
  return 'taken'
}

function lists(allowed: readonly string[], id: string): boolean {
  return allowed.length === 0 || allowed.includes(id)
}
