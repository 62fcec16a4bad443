import { earlier } from '../../grants/narrowing.ts'
import type { Clock } from '../../lib/clock.ts'
import type { DerivedTokens, KnownChild } from '../derived/derived.ts'
import { isDerived } from '../format.ts'
import type { Taken, TokenLimits } from '../limits/limits.ts'
import type { Known, TokenMemory } from '../memory/memory.ts'
import type { TokenUsage } from '../usage/usage.ts'
import type { Ask, Verdict, VerdictCode } from '../verdict.ts'
import { decide } from './decide.ts'

export interface CheckDependencies {
  memory: Pick<TokenMemory, 'find' | 'isBarred'>
  derived: DerivedTokens
  limits: Pick<TokenLimits, 'take'>
  usage: Pick<TokenUsage, 'used' | 'refused'>
  clock: Clock
}

/** A token, or one that was derived from it. */
type Found = Known | KnownChild

const notFound: Verdict = { code: 'NOT_FOUND', permissions: [], expiresAt: null }

/** At once where memory knows the token and its limits are counted here. */
export function check(deps: CheckDependencies, secret: string, ask: Ask): Verdict | Promise<Verdict> {
  const known = isDerived(secret) ? deps.derived.find(secret) : deps.memory.find(secret)
  if (known instanceof Promise) return known.then((found) => judge(deps, found, ask))
  return judge(deps, known, ask)
}

function judge(deps: CheckDependencies, known: Found | undefined, ask: Ask): Verdict | Promise<Verdict> {
  if (known === undefined) return notFound
  const { memory, limits, clock } = deps
  const now = clock.now()
  const { facts } = known
  const code = decide(known, memory.isBarred, ask, now)
  if (code === 'NOT_FOUND') return notFound
  if (code !== 'VALID') return refuse(deps, known, code, now)
  if (facts.limits.length + facts.user.limits.length === 0 && !facts.credits && !facts.user.credits)
    return accept(deps, known, { code }, now)
  const taken = limits.take(facts, ask, now)
  if (taken instanceof Promise) return taken.then((counted) => conclude(deps, known, counted, now))
  return conclude(deps, known, taken, now)
}

function conclude(deps: CheckDependencies, known: Found, taken: Taken, now: number): Verdict {
  if (taken.code === 'VALID') return accept(deps, known, taken, now)
  return { ...refuse(deps, known, taken.code, now), ...taken }
}

function accept({ usage }: CheckDependencies, known: Found, taken: Taken, now: number): Verdict {
  const { facts, secret } = known
  usage.used(facts.id, secret.hash, now)
  return {
    ...taken,
    token: facts,
    permissions: facts.permissions,
    expiresAt: earlier(facts.expiresAt, secret.endsAt),
    ...('narrowed' in known && { narrowed: known.narrowed }),
  }
}

function refuse({ usage }: CheckDependencies, { facts }: Found, code: VerdictCode, now: number): Verdict {
  usage.refused(facts.id, now)
  return { code, token: facts, permissions: facts.permissions, expiresAt: facts.expiresAt }
}
