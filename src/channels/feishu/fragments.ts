import { headerOf, type Frame } from './frame.ts'

const lifeMs = 30_000
const maxPieces = 1_000
const maxBytes = 8 * 1024 * 1024
const maxOpen = 100

interface Collection {
  pieces: (Uint8Array | undefined)[]
  size: number
  since: number
}

/** Puts together what the platform sends in pieces. Only the frame that completes an event is answered. */
export interface Fragments {
  /**
   * The whole payload, once it is there. Throws RangeError for pieces that do not fit together or are too many;
   * what was collected of the event is dropped then, for the platform to deliver it again.
   */
  add(frame: Frame): Uint8Array | undefined
}

export function createFragments(now: () => number): Fragments {
  const open = new Map<string, Collection>()
  return {
    add(frame) {
      const sum = Number(headerOf(frame, 'sum') ?? '1')
      const seq = Number(headerOf(frame, 'seq') ?? '0')
      if (!Number.isInteger(sum) || sum < 1 || sum > maxPieces) throw new RangeError('an event of no pieces')
      if (!Number.isInteger(seq) || seq < 0 || seq >= sum)
        throw new RangeError('a piece outside of its event')
      if (sum === 1) return frame.payload
      const id = headerOf(frame, 'message_id') ?? ''
      dropOld(open, now())
      const collected = open.get(id) ?? {
        pieces: Array<undefined>(sum).fill(undefined),
        size: 0,
        since: now(),
      }
      open.set(id, collected)
      collected.size += frame.payload.length - (collected.pieces[seq]?.length ?? 0)
      if (collected.pieces.length !== sum || collected.size > maxBytes) {
        open.delete(id)
        throw new RangeError('pieces that do not fit together')
      }
      collected.pieces[seq] = frame.payload
      const pieces = collected.pieces.filter((piece) => piece !== undefined)
      if (pieces.length < sum) return undefined
      open.delete(id)
      return Buffer.concat(pieces)
    },
  }
}

function dropOld(open: Map<string, Collection>, now: number): void {
  for (const [id, { since }] of open) if (now - since > lifeMs || open.size > maxOpen) open.delete(id)
}
