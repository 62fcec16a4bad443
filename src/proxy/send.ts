import { integrationErrors } from '../integrations/integrations.ts'
import { GatewayError } from '../lib/errors.ts'
import { proxyErrors } from './errors.ts'
import { exchange } from './exchange.ts'
import { obtain } from './obtain.ts'
import { passOn } from './pass-on.ts'
import { permit } from './permit.ts'
import type { ProxyAnswer, ProxyCaller, ProxyRequest } from './proxy.ts'
import { useEntry } from './record.ts'
import { RequestBody } from './request-body.ts'
import { passedHeaders } from './request-headers.ts'
import { readPath } from './target.ts'
import type { Ready, Use, UseDependencies } from './use.ts'

/** Refusals that say that somebody wanted what they may not have. */
const audited = new Set([
  'provider_not_granted',
  'method_not_granted',
  'host_not_allowed',
  'rule_refused',
  'approval_denied',
  'redirect_refused',
  'secret_echoed',
])

/** One use of a credential, from the caller's request to the audited answer. */
export async function send(
  deps: UseDependencies,
  caller: ProxyCaller,
  request: ProxyRequest,
): Promise<ProxyAnswer> {
  const { userId } = caller
  const { waitMs, signal } = request
  const patience = deps.waiting.begin({ userId, waitMs, signal })
  const seen: Partial<Ready> = {}
  try {
    const use = await admit(deps, caller, request, patience)
    const ready = await clear(deps, use, seen)
    return await carryOut(deps, use, ready)
  } catch (error) {
    if (error instanceof GatewayError && audited.has(error.code))
      await recordRefusal(deps, caller, request, seen, error.code)
    throw error
  } finally {
    patience.end()
  }
}

/** What can be said of the request alone. */
async function admit(
  deps: UseDependencies,
  caller: ProxyCaller,
  request: ProxyRequest,
  patience: Use['patience'],
): Promise<Use> {
  const { method, headers } = request
  if (headers['upgrade'] !== undefined) throw proxyErrors.websocket_not_supported()
  if (caller.providers?.includes(request.provider) === false) throw proxyErrors.provider_not_granted()
  if (caller.methods?.some((name) => name.toUpperCase() === method) === false)
    throw proxyErrors.method_not_granted()
  const provider = await deps.catalogue.find(request.provider)
  if (provider === undefined) throw integrationErrors.provider_unknown()
  const asked = readPath(request.path)
  const passed = passedHeaders(request)
  const body = new RequestBody(request.body, headers['content-length'])
  return { caller, request, provider, asked, passed, body, patience }
}

/** All that must be so before anything is sent: a credential, a target, the limits, the person's word. */
async function clear(deps: UseDependencies, use: Use, seen: Partial<Ready>): Promise<Ready> {
  const ready = await obtain(deps, use)
  Object.assign(seen, ready)
  deps.limits.pace(ready.credential.id)
  if (ready.decision === 'allow') {
    deps.limits.spend(use.caller)
    return ready
  }
  deps.limits.refuseWhenSpent(use.caller)
  await permit(deps, use, ready)
  deps.limits.spend(use.caller)
  // A person takes their time to decide: the token may be over by now, the credential gone, or of another host.
  const { id } = ready.credential
  const fresh = await obtain(deps, { ...use, request: { ...use.request, credentialId: id } })
  if (fresh.url.href !== ready.url.href) throw proxyErrors.host_not_allowed()
  return fresh
}

async function carryOut(deps: UseDependencies, use: Use, ready: Ready): Promise<ProxyAnswer> {
  const { caller, request } = use
  const { credential, url, answer, secrets, isRenewed } = await exchange(deps, use, ready)
  const { id: credentialId } = credential
  deps.credentials.used(credentialId)
  const facts = { provider: request.provider, method: request.method, url, credentialId }
  const recorded = deps.record(useEntry(caller, { ...facts, outcome: { status: answer.status } }))
  const echoed = useEntry(caller, { ...facts, outcome: { refusal: 'secret_echoed' } })
  const passing = passOn(
    request.method,
    answer,
    secrets,
    () => void deps.record(echoed).catch(() => undefined),
  )
  const [passed] = await Promise.allSettled([passing, recorded])
  if (passed.status === 'rejected') throw passed.reason
  await recorded.catch((error: unknown) => {
    passed.value.body.on('error', () => undefined).destroy()
    throw error
  })
  const headers = { ...passed.value.headers, ...(isRenewed && { 'x-portico-credential-renewed': 'true' }) }
  return { status: answer.status, headers, body: passed.value.body, credentialId }
}

/** At a pace, so that nobody fills the record. */
async function recordRefusal(
  deps: UseDependencies,
  caller: ProxyCaller,
  { provider, method }: ProxyRequest,
  { url, credential }: Partial<Ready>,
  refusal: string,
): Promise<void> {
  deps.limits.pace(`refusals of ${caller.userId}`)
  const facts = { provider, method, url, credentialId: credential?.id, outcome: { refusal } }
  await deps.record(useEntry(caller, facts))
}
