import type { Db } from '../storage/database.ts'

/**
 * Signals between replicas: small, unordered, not stored; over PostgreSQL NOTIFY. A signal sent in a transaction
 * arrives only when that commits. A replica that was disconnected missed some: it hears `reconnected` and reads
 * from the tables what it needs.
 */
export interface Signals {
  /** `topic` is one of ours, `payload` at most 7,900 bytes. Delivered to every replica, the sender included. */
  send(db: Db, topic: SignalTopic, payload: string): Promise<void>
  /** Returns the function that ends the subscription. */
  on(topic: SignalTopic, listener: (payload: string) => void): () => void
  /** Called each time that the connection came back after it was lost. */
  onReconnected(listener: () => void): () => void
  /** Whether LISTEN is up right now, for readiness. */
  readonly connected: boolean
  stop(): Promise<void>
}

export const signalTopics = [
  'lanes',
  'streams',
  'bots',
  'turns',
  'queues',
  'leases',
  'playground',
  'logins',
  'webhook_endpoints',
  'credentials',
  'tokens',
  'token_replicas',
] as const
export type SignalTopic = (typeof signalTopics)[number]
