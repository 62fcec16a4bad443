import type { Verdict } from '../../tokens/tokens.ts'

type Facts = NonNullable<Verdict['token']>

/** What is the same in every answer about a token that counts. */
interface Kept {
  permissions: readonly string[]
  expiresAt: number | null
  /** Without the last brace. */
  json: string
}

const kept = new WeakMap<Facts, Kept>()

/** The answer as JSON. `isOwn`: a token that asks about itself is told who it is only while it counts. */
export function answerOf(verdict: Verdict, isOwn: boolean): string {
  const { code, token } = verdict
  if (code === 'VALID' && token !== undefined) return `${validPart(verdict, token)}${countedPart(verdict)}}`
  const known = token === undefined || isOwn ? {} : factsOf(verdict, token)
  return `${JSON.stringify({ valid: false, code, ...known }).slice(0, -1)}${countedPart(verdict)}}`
}

function validPart(verdict: Verdict, token: Facts): string {
  const { permissions, expiresAt, narrowed } = verdict
  const known = kept.get(token)
  if (known?.permissions === permissions && known.expiresAt === expiresAt && narrowed === undefined)
    return known.json
  const json = JSON.stringify({ valid: true, code: 'VALID', ...factsOf(verdict, token) }).slice(0, -1)
  if (narrowed === undefined) kept.set(token, { permissions, expiresAt, json })
  return json
}

function factsOf({ permissions, expiresAt, narrowed }: Verdict, token: Facts): Record<string, unknown> {
  return {
    token_id: token.id,
    workspace_id: token.workspaceId,
    user_id: token.user.id,
    agent_id: token.agent,
    type: token.type,
    environment: token.environment,
    name: token.name,
    permissions,
    metadata: token.metadata,
    expires_at: expiresAt === null ? null : new Date(expiresAt).toISOString(),
    ...(narrowed !== undefined && { derived: derivedOf(narrowed) }),
  }
}

/** What narrows a derived token beside its permissions, its agent and its end, which are narrowed already. */
function derivedOf({ names, providers, methods, budgets }: NonNullable<Verdict['narrowed']>) {
  const calls = budgets.length === 0 ? null : Math.min(...budgets.map((budget) => budget.calls))
  return { names, providers, methods, calls }
}

/** What differs from one check to the next. */
function countedPart({ rate, creditsLeft, retryAfterS }: Verdict): string {
  let part = ''
  if (rate !== undefined) {
    const { name, limit, remaining, resetS } = rate
    part += `,"rate":${JSON.stringify({ name, limit, remaining, reset_s: resetS })}`
  }
  if (creditsLeft !== undefined) part += `,"credits_left":${creditsLeft}`
  if (retryAfterS !== undefined) part += `,"retry_after":${retryAfterS}`
  return part
}
