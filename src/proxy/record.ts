import type { Audit, AuditEntry } from '../audit/audit.ts'
import { createBatcher } from '../coordination/batcher.ts'
import type { Db } from '../storage/database.ts'
import type { ProxyCaller } from './proxy.ts'

/** Resolves when the entry is committed. Those of requests at the same time share a transaction. */
export type RecordUse = (entry: AuditEntry) => Promise<void>

export function createUseRecord({ db, audit }: { db: Db; audit: Audit }): RecordUse {
  return createBatcher(async (entries: AuditEntry[]) => {
    await audit.recordAlone(db, entries)
    return entries.map(() => undefined)
  })
}

export interface UseFacts {
  provider: string
  method: string
  url: URL | undefined
  credentialId: string | undefined
  /** The status of the answer, or the code of the refusal. */
  outcome: { status: number } | { refusal: string }
}

export function useEntry(
  caller: ProxyCaller,
  { provider, method, url, credentialId, outcome }: UseFacts,
): AuditEntry {
  return {
    actor:
      caller.tokenId === null
        ? { kind: 'agent', id: caller.agent }
        : { kind: 'api_token', id: caller.tokenId },
    workspaceId: caller.workspaceId,
    action: 'status' in outcome ? 'credential.used' : 'credential.use_refused',
    subject:
      credentialId === undefined
        ? { kind: 'provider', id: provider }
        : { kind: 'credential', id: credentialId },
    detail: {
      provider,
      method,
      ...(url && { host: url.host, path: pathTemplate(url.pathname) }),
      ...outcome,
      user_id: caller.userId,
      ...(caller.turn && { turn_id: caller.turn.id }),
      ...(caller.names.length > 0 && { derived_as: caller.names }),
    },
  }
}

/** A path without what names people, things or secrets: only words that could be part of an API stay. */
export function pathTemplate(pathname: string): string {
  return pathname
    .split('/')
    .map((part) => (/^[A-Za-z][A-Za-z._:-]{0,23}$|^v\d+(\.\d+)?$|^$/.test(part) ? part : '*'))
    .join('/')
}
