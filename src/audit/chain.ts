import { createHash } from 'node:crypto'

/** What the hash of an entry covers, beside the hash of the entry before it. */
export interface ChainedEntry {
  seq: number
  id: string
  /** ISO 8601, UTC, milliseconds. */
  at: string
  workspace_id: string | null
  actor_kind: string
  actor_id: string | null
  action: string
  subject_kind: string
  subject_id: string | null
  detail: unknown
}

/** The hash before the first entry. */
export const genesis = '0'.repeat(64)

/** SHA-256, as hex, over the previous hash and the entry as canonical JSON. */
export function hashEntry(previousHash: string, entry: ChainedEntry): string {
  return createHash('sha256').update(previousHash).update(canonicalJson(entry)).digest('hex')
}

/** JSON with sorted names and without what JSON cannot say: the same text before and after a jsonb column. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_name, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner
    const entries = Object.entries(inner).sort(([one], [two]) => (one < two ? -1 : 1))
    return Object.fromEntries(entries)
  })
}
