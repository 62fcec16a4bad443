import { byNarrowness, matchesHost, parseHostRule } from '../host-rule.ts'
import { missingScopes } from '../scopes.ts'
import type { CredentialRow } from './credential-row.ts'
import type { Found, Need } from './credential.ts'
import { integrationErrors } from '../errors.ts'

/** Which credential serves a need, or why none does. */
export type Chosen =
  { kind: 'chosen'; row: CredentialRow } | Extract<Found, { kind: 'connect_required' | 'reconnect_required' }>

/**
 * Of a user's credentials of one provider, newest first: the one that is named, or the newest living one that was
 * granted enough, and for host rules the one whose rule fits best. Throws `credential_not_found` for one that is named
 * and not there.
 */
export function choose(
  rows: readonly CredentialRow[],
  need: Pick<Need, 'credentialId' | 'scopes' | 'url'>,
  { isAlive, allowHosts }: { isAlive: (row: CredentialRow) => boolean; allowHosts: readonly string[] },
): Chosen {
  const { credentialId, scopes = [], url } = need
  const named = rows.find(({ id }) => id === credentialId)
  if (credentialId !== undefined && named === undefined) throw integrationErrors.credential_not_found()
  const candidates = named === undefined ? fitting(rows, url, allowHosts) : [named]
  const enough = candidates.filter((row) => missingOf(row, scopes).length === 0)
  const alive = enough.find(isAlive)
  if (alive !== undefined) return { kind: 'chosen', row: alive }
  const [dead] = enough
  if (dead !== undefined) return { kind: 'reconnect_required', credentialId: dead.id }
  const lesser = candidates.find(isAlive) ?? candidates[0]
  return {
    kind: 'connect_required',
    missingScopes: lesser === undefined ? scopes : missingOf(lesser, scopes),
    credentialId: lesser?.id ?? null,
  }
}

/** Where the provider does not say what it granted, it is taken to be what was asked. */
function missingOf(row: CredentialRow, scopes: readonly string[]): string[] {
  if (row.type !== 'oauth2') return []
  return missingScopes(scopes, row.granted_scopes ?? row.asked_scopes)
}

function fitting(
  rows: readonly CredentialRow[],
  url: URL | undefined,
  allowHosts: readonly string[],
): readonly CredentialRow[] {
  if (url === undefined) return rows
  return rows
    .map((row) => ({ row, rule: row.host === null ? undefined : parseHostRule(row.host) }))
    .filter(({ rule }) => rule === undefined || matchesHost(rule, url, allowHosts))
    .toSorted((one, other) => (one.rule && other.rule ? byNarrowness(one.rule, other.rule) : 0))
    .map(({ row }) => row)
}
