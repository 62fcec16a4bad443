import { idOf, listOf, optionalText, textOf, type Fields } from './fields.ts'

/** Discord sends at most 4,000; longer texts only come from a server that is not to be believed. */
export const maxTextLength = 16_384

/**
 * Reads a message's content as plain text: the mention of the bot is taken off, those of others become names, emoji
 * of servers become `:name:`. https://docs.discord.com/developers/reference#message-formatting
 */
export function readContent(message: Fields, botId: string): { text: string; toUs: boolean } {
  const names = new Map(listOf(message, 'mentions').map((user) => [idOf(user, 'id'), nameOf(user)]))
  let toUs = false
  const text = contentOf(message)
    .replace(/<@!?(\d{1,20})>( ?)/g, (_, id: string, space: string) => {
      if (id !== botId) return `@${names.get(id) ?? id}${space}`
      toUs = true
      return ''
    })
    .replace(/<a?:(\w{1,64}):\d{1,20}>/g, ':$1:')
  return { text: text.trim(), toUs }
}

/** What the person wrote, or what they forwarded. */
function contentOf(message: Fields): string {
  const content = optionalText(message, 'content') ?? ''
  return [content, ...forwardedIn(message).map((one) => optionalText(one, 'content') ?? '')]
    .filter((text) => text !== '')
    .join('\n')
}

/** Messages that a message forwards: https://docs.discord.com/developers/resources/message#message-snapshot-object */
export function forwardedIn(message: Fields): Fields[] {
  return listOf(message, 'message_snapshots').flatMap(({ message: snapshot }) =>
    typeof snapshot === 'object' && snapshot !== null ? [snapshot as Fields] : [],
  )
}

export function nameOf(user: Fields): string {
  return (optionalText(user, 'global_name') ?? textOf(user, 'username')).slice(0, 255)
}
