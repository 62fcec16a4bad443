import { ownerOfCallback, reachableChat, type Method, type MethodCall } from './method-call.ts'
import { badRequest } from './refusal.ts'

/** Buttons and reactions. */
export const buttonMethods: Record<string, Method> = { answerCallbackQuery, setMessageReaction }

function answerCallbackQuery(call: MethodCall): unknown {
  const pressed = ownerOfCallback(call)
  if (pressed === undefined)
    throw badRequest('query is too old and response timeout expired or query ID is invalid')
  pressed.isAnswered = true
  return true
}

/** https://core.telegram.org/bots/api#setmessagereaction: a bot that is no premium user sets at most one. */
function setMessageReaction(call: MethodCall): unknown {
  const chat = reachableChat(call)
  const message = chat.find(call.parameters.integer('message_id') ?? 0)
  if (message === undefined) throw badRequest('message to react not found')
  const reactions = call.parameters.list('reaction') ?? []
  if (reactions.length > 1) throw badRequest('REACTIONS_TOO_MANY')
  message.marks = reactions.map(emojiOf)
  chat.changed()
  return true
}

function emojiOf(reaction: unknown): string {
  const { type, emoji } = (reaction ?? {}) as { type?: unknown; emoji?: unknown }
  if (type !== 'emoji' || typeof emoji !== 'string' || !freeReactions.includes(emoji))
    throw badRequest('REACTION_INVALID')
  return emoji
}

/** Some of those that https://core.telegram.org/bots/api#reactiontypeemoji lists. */
const freeReactions = ['👍', '👎', '❤', '🔥', '🎉', '🤔', '👀', '👌', '🤝', '✍', '💯', '⚡']
