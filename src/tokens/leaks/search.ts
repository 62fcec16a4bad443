import type { Clock } from '../../lib/clock.ts'
import { hashOf } from '../../lib/hash-of.ts'
import type { Db } from '../../storage/database.ts'
import { createTokenFormat } from '../format.ts'
import { createFinder, type Sighting } from './find.ts'
import { addPlace, type Places } from './places.ts'

/**
 * What the secret of a leaked token still opens:
 * `live`: everything; `replaced`: the same, until the overlap of a rotation ends; the others nothing.
 */
export type LeakState = 'live' | 'replaced' | 'revoked' | 'expired' | 'ended'

/** A secret of ours that stands in a text. All that is ever told of it is in here. */
export interface Leak {
  hash: string
  lastFour: string
  tokenId: string
  name: string
  email: string
  state: LeakState
  places: Places
}

export interface Findings {
  leaks: Leak[]
  /** Derived tokens, by the token that they were derived from: they say nothing of its secret. */
  derived: Leak[]
  /** Made here, by their check, but nothing is known of them any more. */
  forgotten: Places | undefined
  /** Of our form, but of another installation, or made up. */
  foreign: number
  /** Grants of turns, which end within the hour by themselves. */
  grants: number
}

export interface LeakSearch {
  /** Reads a text to its end; `name` is told with what is found there. */
  read(name: string, chunks: AsyncIterable<Uint8Array>): Promise<void>
  /** What all texts held. */
  findings(): Promise<Findings>
}

/** At most so many are asked for at once. */
const batchSize = 1_000

/** Keeps what was made here, and of all else the counts only: a text may hold any number of words of our form. */
export function createLeakSearch(deps: { db: Db; clock: Clock; checkKey: string }): LeakSearch {
  const { db, clock, checkKey } = deps
  const format = createTokenFormat(checkKey)
  const ours = new Map<string, Places>()
  const parents = new Map<string, Places>()
  const unasked = new Map<string, Places>()
  const counts = { foreign: 0, grants: 0 }
  const note = ({ kind, text, isWord }: Sighting, place: string) => {
    if (kind === 'token' && format.isOurs(text)) addPlace(ours, hashOf(text), place)
    else if (!isWord) return
    else if (kind === 'token') counts.foreign++
    else if (kind === 'grant') counts.grants++
    else {
      const hash = Buffer.from(text, 'base64url').toString('hex')
      addPlace(parents.has(hash) ? parents : unasked, hash, place)
    }
  }
  // A made-up head costs nobody anything, so those of which nothing is known must not pile up.
  const askForParents = async () => {
    const known = await find(db, [...unasked.keys()])
    for (const [hash, places] of unasked)
      if (known.has(hash)) parents.set(hash, places)
      else counts.foreign += places.count
    unasked.clear()
  }
  return {
    async read(name, chunks) {
      const finder = createFinder((sighting) => note(sighting, `${name}:${sighting.line}`))
      for await (const chunk of chunks) {
        finder.push(chunk)
        if (unasked.size >= batchSize) await askForParents()
      }
      finder.end()
    },
    async findings() {
      await askForParents()
      const known = await find(db, [...ours.keys(), ...parents.keys()])
      const now = new Date(clock.now())
      const told = (all: Map<string, Places>) =>
        [...all].flatMap(([hash, places]) => {
          const row = known.get(hash)
          return row === undefined ? [] : [leakOf(row, places, now)]
        })
      const forgotten = [...ours].filter(([hash]) => !known.has(hash)).map(([, places]) => places)
      return {
        leaks: told(ours),
        derived: told(parents),
        forgotten: forgotten.length === 0 ? undefined : sumOf(forgotten),
        ...counts,
      }
    },
  }
}

type Row = Awaited<ReturnType<typeof findBatch>>[number]

async function find(db: Db, hashes: readonly string[]): Promise<Map<string, Row>> {
  const known = new Map<string, Row>()
  for (let from = 0; from < hashes.length; from += batchSize)
    for (const row of await findBatch(db, hashes.slice(from, from + batchSize))) known.set(row.hash, row)
  return known
}

function findBatch(db: Db, hashes: readonly string[]) {
  return db
    .selectFrom('api_token_secrets as s')
    .innerJoin('api_tokens as t', 't.id', 's.token_id')
    .innerJoin('users as u', 'u.id', 't.user_id')
    .where('s.hash', 'in', hashes)
    .select([
      's.hash',
      's.last_four',
      's.ends_at',
      't.id',
      't.name',
      't.revoked_at',
      't.expires_at',
      'u.email',
    ])
    .execute()
}

function leakOf(row: Row, places: Places, now: Date): Leak {
  const { hash, last_four: lastFour, id: tokenId, name, email } = row
  return { hash, lastFour, tokenId, name, email, state: stateOf(row, now), places }
}

function stateOf({ revoked_at, expires_at, ends_at }: Row, now: Date): LeakState {
  if (revoked_at !== null) return 'revoked'
  if (expires_at !== null && expires_at <= now) return 'expired'
  if (ends_at === null) return 'live'
  return ends_at <= now ? 'ended' : 'replaced'
}

function sumOf(all: readonly Places[]): Places {
  const first = all.flatMap((places) => places.first)
  return { count: all.reduce((sum, { count }) => sum + count, 0), first: first.slice(0, 10) }
}
