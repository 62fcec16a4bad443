/** What a scope may be made of (RFC 6749, 3.3). */
const scopeShape = /^[\x21\x23-\x5b\x5d-\x7e]+$/

export function isScope(scope: string): boolean {
  return scopeShape.test(scope)
}

/** All of them, each once. */
export function unionOf(...lists: readonly (readonly string[])[]): string[] {
  return [...new Set(lists.flat())]
}

/**
 * What was asked for and not granted; nothing where the provider does not say what it granted. Providers answer in other
 * words than they were asked in: in other case, with or without the URL before the name, with the wider scope alone
 * (`repo` for `repo:status`), and Google with its own names for those of OpenID.
 */
export function missingScopes(
  asked: readonly string[],
  granted: readonly string[] | null | undefined,
): string[] {
  if (granted === null || granted === undefined) return []
  const given = new Set(granted.map((scope) => scope.toLowerCase()))
  const givenNames = new Set([...given].map(nameOf))
  return asked.filter((scope) => {
    const whole = scope.toLowerCase()
    const name = nameOf(whole)
    // One URL does not stand for another, so a name counts for a URL only where it came without any.
    if (name !== whole) return !given.has(whole) && !given.has(name)
    return ![name, openidName(name), widerName(name)].some((covering) => givenNames.has(covering))
  })
}

/** Without the URL that some put before it. */
function nameOf(scope: string): string {
  return scope.includes('://') ? scope.slice(scope.lastIndexOf('/') + 1) : scope
}

/** https://developers.google.com/identity/protocols/oauth2/scopes#oauth2 */
function openidName(name: string): string {
  return name === 'email' || name === 'profile' ? `userinfo.${name}` : name
}

/** https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps#normalized-scopes */
function widerName(name: string): string {
  return name.includes(':') ? name.slice(0, name.lastIndexOf(':')) : name
}
