/**
 * Takes the address to the app off a text. Linear writes a mention as the address of a profile, bare or as a link,
 * or as `@name`: https://linear.app/developers/graphql#mentions
 */
export function withoutMention(body: string, app: { name: string; displayName: string }): string {
  const names = [app.displayName, app.name].filter((name) => name !== '').map(escape)
  if (names.length === 0) return body.trim()
  const any = `(?:${names.join('|')})`
  const profile = `https://linear\\.app/[\\w-]{1,100}/profiles/${any}(?![\\w-])`
  const link = `\\[@?[^\\]\\n]{1,100}\\]\\(<?${profile}>?\\)`
  const mention = new RegExp(`${link} ?|${profile} ?|(?<![\\w/@.-])@${any}(?![\\w-]) ?`, 'gi')
  return body.replace(mention, '').trim()
}

function escape(name: string): string {
  return name.replaceAll(/[.*+?^${}()|[\]\\/-]/g, '\\$&')
}
