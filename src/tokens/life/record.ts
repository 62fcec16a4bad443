import type { Principal } from '../../identity/principal.ts'

/** How the record names what somebody did to a token. */
export function entryOf({ userId, workspaceId }: Principal, id: string, verb: string) {
  return {
    actor: { kind: 'user' as const, id: userId },
    workspaceId,
    action: `api_token.${verb}`,
    subject: { kind: 'api_token', id },
  }
}
