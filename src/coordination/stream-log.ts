import type { StreamEvent } from './streams.ts'

/** What a store must do so that streams can be built on it (streams-logged.ts does the rest). */
export interface StreamLog {
  /**
   * Gives the right to write a stream to a new producer. `last` is the highest sequence number in the log after
   * every write of earlier producers was either finished or refused; `isNew` if there were none.
   */
  open(stream: string): Promise<OpenedStream>
  /**
   * Writes groups and tells other replicas. Answers per group whether its producer may still write; a group of one
   * that may not leaves nothing. Writing the same group again changes nothing. What was written in the last moments
   * before it may be lost with the store's machine.
   */
  append(groups: readonly StreamGroup[]): Promise<boolean[]>
  /** The next events with a sequence number above `after`, in order. */
  read(stream: string, after: number, limit: number): Promise<StreamEvent[]>
  clean(olderThanMs: number): Promise<number>
  stop(): Promise<void>
}

export interface OpenedStream {
  fence: string
  last: number
  isNew: boolean
}

/** Consecutive events of one producer. */
export interface StreamGroup {
  stream: string
  fence: string
  events: readonly StreamEvent[]
}
