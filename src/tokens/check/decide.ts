import { permits } from '../../grants/narrowing.ts'
import type { BarKind, TokenFacts } from '../facts.ts'
import { mayComeFrom } from '../limits/addresses.ts'
import type { Known } from '../memory/memory.ts'
import type { Ask, VerdictCode } from '../verdict.ts'

type IsBarred = (kind: BarKind, id: string, now: number) => boolean

/** What facts say of a token now, before anything is counted; those of a derived one are narrowed already. */
export function decide({ facts, secret }: Known, isBarred: IsBarred, ask: Ask, now: number): VerdictCode {
  if (ask.workspaceId !== undefined && ask.workspaceId !== facts.workspaceId) return 'NOT_FOUND'
  if (facts.revokedAt !== null) return 'REVOKED'
  if (isOver(facts.expiresAt, now) || isOver(secret.endsAt, now)) return 'EXPIRED'
  if (!facts.enabled || !facts.isMember || isOut(facts, isBarred, now)) return 'DISABLED'
  if (ask.type !== undefined && ask.type !== facts.type) return 'WRONG_TYPE'
  if (ask.agent !== undefined && facts.agent !== null && ask.agent !== facts.agent) return 'WRONG_AGENT'
  if (facts.addresses !== null && !mayComeFrom(facts, ask.address)) return 'ADDRESS_FORBIDDEN'
  if (ask.permissions !== undefined && !ask.permissions.every((one) => permits(facts.permissions, one)))
    return 'INSUFFICIENT_PERMISSIONS'
  return 'VALID'
}

function isOut({ user, workspaceId, agent }: TokenFacts, isBarred: IsBarred, now: number): boolean {
  return (
    isBarred('user', user.id, now) ||
    isBarred('workspace', workspaceId, now) ||
    (agent !== null && isBarred('agent', agent, now))
  )
}

function isOver(end: number | null, now: number): boolean {
  return end !== null && end <= now
}
