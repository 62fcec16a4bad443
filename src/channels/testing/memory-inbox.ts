import { EventEmitter, once } from 'node:events'
import type { InboundBatch, InboundMessage, Inbox } from '../channel.ts'
import { PlainMemory } from './plain-memory.ts'

/** An inbox that keeps batches in memory, for tests of channels. */
export class MemoryInbox implements Inbox {
  cursor: unknown
  readonly batches: InboundBatch[] = []
  signsOfLife = 0
  /** Rejects the next batches, as a database that is away does. */
  refusals = 0
  /** The batches that were rejected. */
  readonly refused: InboundBatch[] = []
  readonly memory: PlainMemory
  readonly #changes = new EventEmitter()

  constructor(cursor?: unknown, memory = new PlainMemory()) {
    this.cursor = cursor
    this.memory = memory
  }

  get messages(): InboundMessage[] {
    return this.batches.flatMap(({ messages }) => messages)
  }

  get malformed() {
    return this.batches.flatMap(({ malformed = [] }) => malformed)
  }

  async accept(batch: InboundBatch): Promise<void> {
    this.signsOfLife += 1
    if (this.refusals > 0) {
      this.refusals -= 1
      this.refused.push(batch)
      this.#changes.emit('change')
      throw new Error('not committed')
    }
    this.batches.push(batch)
    this.cursor = batch.cursor ?? this.cursor
    this.memory.write(batch.memory ?? {})
    this.#changes.emit('change')
  }

  alive(): void {
    this.signsOfLife += 1
    this.#changes.emit('change')
  }

  /** Resolves as soon as the condition holds. */
  async until(holds: (inbox: MemoryInbox) => boolean): Promise<void> {
    while (!holds(this)) await once(this.#changes, 'change')
  }
}
