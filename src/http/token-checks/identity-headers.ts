import type { Verdict } from '../../tokens/tokens.ts'

type Facts = NonNullable<Verdict['token']>

const kept = new WeakMap<Facts, { permissions: readonly string[]; headers: readonly string[] }>()

/**
 * Who calls, for the service behind a proxy. All of them are always there, empty if need be: a proxy that copies them
 * then overwrites what a client made up.
 */
export function identityHeadersOf({ token, permissions }: Verdict): readonly string[] {
  if (token === undefined) return []
  const known = kept.get(token)
  if (known?.permissions === permissions) return known.headers
  const headers = [
    ...['x-portico-token-id', token.id],
    ...['x-portico-user-id', headerOf(token.user.id)],
    ...['x-portico-workspace-id', headerOf(token.workspaceId)],
    ...['x-portico-agent-id', headerOf(token.agent ?? '')],
    ...['x-portico-permissions', headerOf(permissions.join(' '))],
    ...['x-portico-token-type', headerOf(token.type)],
  ]
  kept.set(token, { permissions, headers })
  return headers
}

/** What no header may hold is percent-encoded, and so is the percent sign. */
function headerOf(value: string): string {
  return value.toWellFormed().replaceAll(/[^\x20-\x24\x26-\x7e]/gu, encodeURIComponent)
}
