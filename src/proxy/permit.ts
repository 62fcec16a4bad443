import { createHash } from 'node:crypto'
import { hashOf } from '../lib/hash-of.ts'
import type { ApprovalAsk } from './approvals.ts'
import { previewOf } from './body-preview.ts'
import { proxyErrors } from './errors.ts'
import { approvedHeaders } from './request-headers.ts'
import type { Ready, Use, UseDependencies } from './use.ts'

/**
 * Uses up the person's approval of exactly this request; asks for it, and waits if the caller does. Throws
 * `approval_required`, `approval_denied`, `too_many_approvals`, `body_too_large_to_approve`.
 */
export async function permit(deps: UseDependencies, use: Use, ready: Ready): Promise<void> {
  const ask = askOf(use, ready, await use.body.hold())
  let asked: string | undefined
  for (;;) {
    const claim = await deps.approvals.claim(ask)
    if (claim.kind === 'used') return
    if (claim.kind === 'denied') throw proxyErrors.approval_denied()
    const { id, code, provider, method, host, path, bodyPreview, expiresAt } = claim.approval
    if (asked !== id) {
      const account = ready.credential.account?.label ?? null
      const shown = {
        id,
        code,
        provider,
        providerName: use.provider.name,
        account,
        method,
        host,
        path,
        bodyPreview,
        expiresAt,
      }
      await deps.asker.toApprove(use.caller, shown)
      asked = id
    }
    if (await use.patience.next()) continue
    // Not the code: under a button of the agent's own it would be the person's word for what they were not shown.
    const members = { approval_id: id, expires_at: expiresAt.toISOString() }
    throw proxyErrors.approval_required({ members })
  }
}

function askOf({ caller, request, passed }: Use, { credential, url }: Ready, body: Buffer): ApprovalAsk {
  const { workspaceId, userId, agent, turn, tokenId } = caller
  const { method, provider } = request
  const exact = [
    workspaceId,
    userId,
    agent,
    tokenId,
    credential.id,
    method,
    url.href,
    approvedHeaders(passed),
    createHash('sha256').update(body).digest('hex'),
  ]
  return {
    workspaceId,
    userId,
    agent,
    conversationId: turn?.conversationId ?? null,
    turnId: turn?.id ?? null,
    credentialId: credential.id,
    provider,
    method,
    host: url.host,
    path: shownPath(url),
    bodyPreview: previewOf(body, passed),
    digest: hashOf(JSON.stringify(exact)),
  }
}

/** With the names of the query's parameters, whose values may be anything. */
function shownPath(url: URL): string {
  const names = [...new Set(url.searchParams.keys())]
  const path = names.length === 0 ? url.pathname : `${url.pathname}?${names.join('&')}`
  return path.length <= 500 ? path : `${path.slice(0, 499)}…`
}
