import type { Parameters } from './parameters.ts'
import type { SlackPeople } from './people.ts'
import { Refusal } from './refusal.ts'
import type { Conversation, Installation, Message } from './world.ts'

/** A call of a method without a bot's token. */
export interface OpenCall {
  slack: SlackPeople
  token: string
  parameters: Parameters
}

export interface BotCall {
  slack: SlackPeople
  bot: Installation
  parameters: Parameters
}

/** The conversation that a call names, if the bot is in it. */
export function chatOf({ slack, bot, parameters }: BotCall, name = 'channel'): Conversation {
  const chat = slack.world.conversations.get(parameters.required(name, 'channel_not_found'))
  if (chat?.teamId !== bot.team.id) throw new Refusal('channel_not_found')
  if (chat.members.has(bot.user.id)) return chat
  throw new Refusal(chat.kind === 'im' ? 'channel_not_found' : 'not_in_channel')
}

export function messageOf(
  { parameters }: BotCall,
  chat: Conversation,
  name = 'ts',
  refusal = 'message_not_found',
): Message {
  const wanted = parameters.required(name, refusal)
  const message = chat.messages.find(({ ts }) => ts === wanted)
  if (message === undefined) throw new Refusal(refusal)
  return message
}

/** The thread that a call writes into; undefined outside of threads. */
export function threadOf({ parameters }: BotCall, chat: Conversation): string | undefined {
  const thread = parameters.text('thread_ts')
  if (thread === undefined) return undefined
  const root = chat.messages.find(({ ts }) => ts === thread)
  if (root === undefined) throw new Refusal('thread_not_found')
  return root.threadTs ?? root.ts
}
