import type { AuditActor } from '../../audit/audit.ts'
import type { ConfiguredProvider } from '../catalogue.ts'
import { integrationErrors } from '../errors.ts'
import { hostRuleText, parseHostRule } from '../host-rule.ts'
import type { Account } from '../oauth/oauth.ts'
import { supports } from '../provider.ts'
import { tenantValues } from '../template.ts'
import { announceCredential, recordCredential } from './credential-events.ts'
import { credentialOf } from './credential-row.ts'
import type { Credential, Owner } from './credential.ts'
import type { NewCredential } from './credentials.ts'
import type { CredentialsDependencies } from './dependencies.ts'
import { checkHeaders } from './header-check.ts'
import { sealFields } from './sealed-fields.ts'
import { refuseTooMany } from './store.ts'
import { verifyKey } from './verify-key.ts'

/** What is checked before anything is stored, and what is to be sealed and kept of it. */
interface Checked {
  secrets: Parameters<typeof sealFields>[2]
  account: Account | undefined
  host: string | null
  expiresAt: Date | null
}

/** See `Credentials.add`. The service is asked before the transaction: no connection waits for it. */
export async function addCredential(
  deps: CredentialsDependencies,
  owner: Owner,
  by: AuditActor,
  request: NewCredential,
): Promise<Credential> {
  const provider = await deps.catalogue.find(request.provider)
  if (provider === undefined) throw integrationErrors.provider_unknown()
  const tenant = tenantValues(provider, request.tenant ?? {})
  const { secrets, account, host, expiresAt } = await check(deps, provider, request, tenant)
  const id = deps.ids('crd')
  const now = new Date(deps.clock.now())
  return deps.db.transaction().execute(async (tx) => {
    await refuseTooMany(tx, owner, provider.id)
    const row = await tx
      .insertInto('credentials')
      .values({
        id,
        workspace_id: owner.workspaceId,
        user_id: owner.userId,
        provider: provider.id,
        type: request.type,
        title: request.title,
        account_id: account?.id ?? null,
        account_label: account?.label ?? null,
        asked_scopes: [],
        granted_scopes: null,
        host,
        tenant: JSON.stringify(tenant),
        learned: '{}',
        oauth_client_id: null,
        ...noSecrets,
        ...sealFields(deps.vault, id, secrets),
        expires_at: expiresAt,
        created_at: now,
        updated_at: now,
      })
      .returningAll()
      .executeTakeFirstOrThrow()
    const credential = credentialOf(row, provider, now.getTime())
    await deps.news.connected(tx, credential)
    await announceCredential(deps.announcer, tx, 'credential.connected', credential)
    await recordCredential(deps.audit, tx, 'added', credential, by, { ...(host !== null && { host }) })
    return credential
  })
}

export const noSecrets = {
  access_token: null,
  refresh_token: null,
  api_key: null,
  username: null,
  password: null,
  headers: null,
}

async function check(
  deps: CredentialsDependencies,
  provider: ConfiguredProvider,
  request: NewCredential,
  tenant: Readonly<Record<string, string>>,
): Promise<Checked> {
  const takes = supports(provider)
  const nothing = { account: undefined, host: null, expiresAt: null }
  if (request.type === 'api_key' && takes.apiKey) {
    const { apiKey, expiresAt } = request
    // A key travels in a header or a URL, where nothing else may come along with it.
    if (!/^[\x21-\x7e]+$/.test(apiKey)) throw integrationErrors.key_refused()
    const account = await verifyKey(deps, provider, apiKey, tenant)
    return { ...nothing, secrets: { api_key: apiKey }, account, expiresAt }
  }
  if (request.type === 'user_password' && takes.userPassword) {
    const { username, password } = request
    return { ...nothing, secrets: { username, password } }
  }
  if (request.type === 'host_scoped' && takes.hostScoped) {
    checkHeaders(request.headers)
    const host = hostRuleText(parseHostRule(request.host))
    return { ...nothing, secrets: { headers: JSON.stringify(request.headers) }, host }
  }
  throw integrationErrors.credential_type_not_supported()
}
