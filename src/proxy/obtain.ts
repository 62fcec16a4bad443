import type { Found } from '../integrations/integrations.ts'
import { proxyErrors } from './errors.ts'
import { decide } from './rules.ts'
import { locate } from './target.ts'
import { needOf, type Ready, type Use, type UseDependencies } from './use.ts'
import type { Decision } from '../config/config.ts'

type Missing = Exclude<Found, { kind: 'found' }>

/**
 * The person's credential, where the request goes with it, and what the rules say. Waits for the person to connect, if
 * the caller does. Throws `connect_required`, `reconnect_required`, `credential_unavailable`, `rule_refused`, and what
 * `locate` throws.
 */
export async function obtain(deps: UseDependencies, use: Use): Promise<Ready & { decision: Decision }> {
  const { provider, asked, caller, request } = use
  for (;;) {
    const found = await deps.credentials.find(needOf(use))
    const credential = found.kind === 'found' ? found.credential : undefined
    const url = locate(provider, asked, credential, deps.allowHosts)
    if (url !== undefined) {
      const judged = { agent: caller.agent, method: request.method, pathname: url.pathname }
      const decision = decide(deps.rules, provider, judged)
      if (decision === 'refuse') throw proxyErrors.rule_refused()
      if (credential !== undefined) return { credential, url, decision }
    }
    if (found.kind !== 'found') await askToConnect(deps, use, found)
  }
}

/** Resolves when it may be there now; throws where nobody waits for that. */
export async function askToConnect(deps: UseDependencies, use: Use, missing: Missing): Promise<void> {
  if (missing.kind === 'unavailable')
    throw proxyErrors.credential_unavailable({ retryAfter: Math.ceil(missing.retryAfterMs / 1000) })
  const missingScopes = missing.kind === 'connect_required' ? missing.missingScopes : []
  const { connectUrl } = await deps.asker.toConnect(use.caller, {
    provider: use.provider.id,
    missingScopes,
    credentialId: missing.credentialId,
    reason: missing.kind,
  })
  if (use.patience.mayWait) {
    await use.body.hold()
    if (await use.patience.next()) return
  }
  throw proxyErrors[missing.kind]({ members: { connect_url: connectUrl, missing_scopes: missingScopes } })
}
