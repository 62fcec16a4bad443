import type { Audit, AuditActor } from '../../audit/audit.ts'
import type { Tx } from '../../storage/database.ts'
import type { Announcer, EventData } from '../../webhooks/webhooks.ts'
import type { Credential } from './credential.ts'

type CredentialEvent = Extract<keyof EventData, `credential.${string}`>

/** What the application is told: ids only. */
export function announceCredential(
  announcer: Announcer,
  tx: Tx,
  type: CredentialEvent,
  { id, workspaceId, userId, provider, type: kind }: Credential,
): Promise<void> {
  const data = { credential_id: id, user_id: userId, provider, type: kind }
  return announcer.announce(tx, [{ type, workspaceId, data }])
}

/** An entry about a credential; the last of its transaction. */
export function recordCredential(
  audit: Audit,
  tx: Tx,
  verb: 'connected' | 'added' | 'renamed' | 'removed' | 'reconnect_required' | 'refused',
  {
    id,
    workspaceId,
    userId,
    provider,
    type,
  }: Pick<Credential, 'id' | 'workspaceId' | 'userId' | 'provider' | 'type'>,
  by: AuditActor,
  detail: Record<string, unknown> = {},
): Promise<void> {
  return audit.record(tx, {
    actor: by,
    workspaceId,
    action: `credential.${verb}`,
    subject: { kind: 'credential', id },
    detail: { user_id: userId, provider, type, ...detail },
  })
}
