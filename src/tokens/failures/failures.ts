import { isIPv6 } from 'node:net'
import type { Audit, AuditEntry } from '../../audit/audit.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import { regularly } from '../../lib/regularly.ts'
import type { Db } from '../../storage/database.ts'
import type { Verdict } from '../verdict.ts'
import type { Surface } from './surfaces.ts'

const windowMs = 60_000
/** Entries in one window, of one source and of all. */
const perSource = 10
const perAll = 200
/** How many sources are told apart. */
const sourceLimit = 2_000
const writeMs = 2_000

/** Refused checks on their way into the record, limited by source, so that a flood cannot drown what else stands there. */
export interface TokenFailures {
  /** `address` is where the secret came from; it tells sources apart, and is not recorded. */
  refused(surface: Surface, verdict: Verdict, address: string | undefined): void
  /** Writes what waits, and stops. */
  stop(): Promise<void>
}

/** The entry of a refusal but for how many it stands for. */
type Refusal = Omit<AuditEntry, 'detail'> & { detail: { reason: string; surface: Surface } }

interface Source {
  endsAt: number
  written: number
  /** What was left out since the last entry, to be counted by the next one. */
  leftOut: number
  last: Refusal
}

/**
 * A refusal becomes an entry, with `count` 1 and those left out before it; beyond the limits it is left out and counted
 * by the next entry of its source, at the latest when the window is over. Where too many sources come, one entry stands
 * for all those that got none of their own. So the counts add up, whoever floods.
 */
export function createTokenFailures(deps: { db: Db; audit: Audit; clock: Clock; log: Log }): TokenFailures {
  const { db, audit, clock, log } = deps
  const sources = new Map<string, Source>()
  const all = { endsAt: 0, written: 0 }
  const rest = { leftOut: 0 }
  let waiting: AuditEntry[] = []

  /** Whether another entry may be written now. */
  const mayWrite = (source: Source, now: number) => {
    for (const one of [source, all]) {
      if (now < one.endsAt) continue
      one.endsAt = now + windowMs
      one.written = 0
    }
    return source.written < perSource && all.written < perAll
  }
  const write = (source: Source, count: number) => {
    source.written++
    all.written++
    source.leftOut = 0
    waiting.push({ ...source.last, detail: { ...source.last.detail, count } })
  }
  /** Counts what was left out by sources that went quiet. */
  const conclude = (now: number) => {
    for (const [key, source] of sources) {
      if (now < source.endsAt) continue
      if (source.written > 0 && source.leftOut > 0 && mayWrite(source, now)) {
        write(source, source.leftOut)
        continue
      }
      rest.leftOut += source.leftOut
      sources.delete(key)
    }
    if (rest.leftOut === 0 || (now < all.endsAt && all.written >= perAll)) return
    waiting.push({ ...unknown, detail: { reason: 'MANY_SOURCES', count: rest.leftOut } })
    all.written++
    rest.leftOut = 0
  }
  const flush = async (now: number) => {
    conclude(now)
    if (waiting.length === 0) return
    const writing = waiting
    waiting = []
    try {
      await audit.recordAlone(db, writing)
    } catch (error) {
      // No more than a minute's worth is kept for a database that is away.
      waiting = [...writing, ...waiting].slice(-perAll)
      throw error
    }
  }
  const end = regularly(writeMs, () => flush(clock.now()), {
    log,
    message: 'refused API tokens will be recorded later',
  })

  return {
    refused(surface, verdict, address) {
      const now = clock.now()
      const key = verdict.token?.id ?? networkOf(address)
      const known = sources.get(key)
      const source = known ?? { endsAt: 0, written: 0, leftOut: 0, last: refusalOf(surface, verdict) }
      if (known === undefined) {
        makeRoom(sources, rest)
        sources.set(key, source)
      }
      source.last = refusalOf(surface, verdict)
      if (mayWrite(source, now)) write(source, source.leftOut + 1)
      else source.leftOut++
    },
    async stop() {
      end()
      await flush(Number.POSITIVE_INFINITY)
    },
  }
}

const unknown = {
  actor: { kind: 'system' },
  action: 'api_token.refused',
  subject: { kind: 'api_token' },
} as const

function refusalOf(surface: Surface, { code, token }: Verdict): Refusal {
  const detail = { reason: code, surface }
  if (token === undefined) return { ...unknown, detail }
  return { ...unknown, workspaceId: token.workspaceId, subject: { kind: 'api_token', id: token.id }, detail }
}

/** The source that came first goes, and what it left out is counted with the rest. */
function makeRoom(sources: Map<string, Source>, rest: { leftOut: number }): void {
  if (sources.size < sourceLimit) return
  for (const [key, source] of sources) {
    rest.leftOut += source.leftOut
    sources.delete(key)
    return
  }
}

/** Whoever has one IPv6 address has a whole /64 of them. What is no address may be long. */
function networkOf(address = 'unknown'): string {
  if (!isIPv6(address) || address.includes('.')) return address.slice(0, 64)
  const [before = [], after] = address.split('::').map((part) => (part === '' ? [] : part.split(':')))
  const zeros = after === undefined ? 0 : 8 - before.length - after.length
  const groups = [...before, ...Array.from({ length: zeros }, () => '0'), ...(after ?? [])]
  return groups.slice(0, 4).join(':')
}
