/** What is noted and not written yet: rows for the charts, and when each secret was used last. */
export interface Batch {
  minutes: { tokenId: string; minute: number; uses: number; refusals: number }[]
  /** By hash, epoch milliseconds. */
  lastUses: { hash: string; at: number }[]
}

export interface Notes {
  used(tokenId: string, hash: string, now: number): void
  refused(tokenId: string, now: number): void
  /** Takes out what was noted, of at most so many records; undefined: nothing was. */
  take(max: number): Batch | undefined
  /** Drops records that nobody wrote to since it was called last. */
  forgetIdle(): void
}

/**
 * One for each secret that is used, and for each token that is refused: changed in place, so that noting a use makes
 * nothing. While a batch cannot be written two minutes are kept, and what comes between them is added to the earlier.
 */
interface Record {
  tokenId: string
  hash: string | undefined
  lastUse: number
  minute: number
  uses: number
  refusals: number
  before: { minute: number; uses: number; refusals: number }
  /** Stands among what is to be written. */
  isNoted: boolean
  isIdle: boolean
}

const minuteMs = 60_000

export function createNotes(): Notes {
  const secrets = new Map<string, Record>()
  const tokens = new Map<string, Record>()
  let noted: Record[] = []

  function note(record: Record, now: number): void {
    const minute = Math.floor(now / minuteMs)
    if (minute !== record.minute) turn(record, minute)
    if (record.isNoted) return
    record.isNoted = true
    record.isIdle = false
    noted.push(record)
  }

  return {
    used(tokenId, hash, now) {
      const record = secrets.get(hash) ?? add(secrets, hash, tokenId, hash)
      note(record, now)
      record.uses++
      if (now > record.lastUse) record.lastUse = now
    },
    refused(tokenId, now) {
      const record = tokens.get(tokenId) ?? add(tokens, tokenId, tokenId)
      note(record, now)
      record.refusals++
    },
    take(max) {
      if (noted.length === 0) return undefined
      const taken = noted.slice(0, max)
      noted = noted.slice(max)
      const batch: Batch = { minutes: [], lastUses: [] }
      for (const record of taken) empty(record, batch)
      return batch
    },
    forgetIdle() {
      for (const all of [secrets, tokens])
        for (const [key, record] of all) {
          if (record.isNoted) continue
          if (record.isIdle) all.delete(key)
          record.isIdle = true
        }
    },
  }
}

function add(all: Map<string, Record>, key: string, tokenId: string, hash?: string): Record {
  const record: Record = {
    ...{ tokenId, hash, lastUse: 0, minute: 0, uses: 0, refusals: 0 },
    ...{ before: { minute: 0, uses: 0, refusals: 0 }, isNoted: false, isIdle: false },
  }
  all.set(key, record)
  return record
}

function turn(record: Record, minute: number): void {
  const { before } = record
  if (before.uses + before.refusals === 0) before.minute = record.minute
  before.uses += record.uses
  before.refusals += record.refusals
  record.minute = minute
  record.uses = 0
  record.refusals = 0
}

function empty(record: Record, { minutes, lastUses }: Batch): void {
  const { tokenId, hash, lastUse, before } = record
  for (const part of [before, record]) {
    const { minute, uses, refusals } = part
    if (uses + refusals > 0) minutes.push({ tokenId, minute: minute * minuteMs, uses, refusals })
    part.uses = 0
    part.refusals = 0
  }
  if (hash !== undefined) lastUses.push({ hash, at: lastUse })
  record.isNoted = false
}
