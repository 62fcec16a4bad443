/** Who is mentioned in a text of Slack, by id. */
export function mentionsIn(text: string): string[] {
  return [...text.matchAll(/<@([A-Z0-9]{2,32})(?:\|[^<>]*)?>/g)].map((match) => match[1] ?? '')
}

/**
 * Reads the text of a message, which is mrkdwn with entities
 * (https://docs.slack.dev/messaging/formatting-message-text#retrieving-messages): the mention of the bot is taken
 * off, other mentions read as `@name`, links as their address with the label before it.
 */
export function readText(
  text: string,
  botUserId: string | undefined,
  nameOf: (userId: string) => string | undefined,
): string {
  const read = text.replace(/ ?<([^<>]+)>[:,]?/g, (found, inner: string) => {
    const space = found.startsWith(' ') ? ' ' : ''
    const rest = /[:,]$/.exec(found)?.[0] ?? ''
    const [target = '', label = ''] = inner.split('|', 2)
    if (target === `@${botUserId ?? ''}`) return ''
    return space + readReference(target, label, nameOf) + rest
  })
  return unescapeText(read).trim()
}

function readReference(
  target: string,
  label: string,
  nameOf: (userId: string) => string | undefined,
): string {
  if (target.startsWith('@')) return `@${nameOf(target.slice(1)) ?? (label || target.slice(1))}`
  if (target.startsWith('#')) return `#${label || target.slice(1)}`
  if (target.startsWith('!')) return label || `@${target.replace(/^!(subteam\^)?/, '')}`
  const address = target.replace(/^mailto:/, '')
  return label === '' || label === address || target.endsWith(`//${label}`)
    ? address
    : `${label} (${address})`
}

export function unescapeText(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
}
