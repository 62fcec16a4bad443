import type { Selectable } from 'kysely'
import type { RevocationsTable } from '../../storage/tables/integrations.ts'
import type { Revocation } from '../credentials/credentials.ts'
import type { RevocationStep } from '../oauth/oauth.ts'
import type { Provider } from '../provider.ts'

export type RevocationRow = Selectable<RevocationsTable>

export function stepsOf(row: RevocationRow): RevocationStep[] {
  return row.receipt as RevocationStep[]
}

/** As people see it. */
export function revocationOf(row: RevocationRow, provider: Provider | undefined): Revocation {
  return {
    id: row.id,
    credentialId: row.credential_id,
    provider: row.provider,
    title: row.title,
    account: row.account_label,
    state: row.state,
    effect: row.state === 'impossible' ? null : (provider?.revoke?.effect ?? null),
    steps: stepsOf(row),
    manageUrl: provider?.manage_url ?? null,
    createdAt: row.created_at,
    finishedAt: row.finished_at,
  }
}
