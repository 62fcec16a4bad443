import type { InboundMessage } from '../channel.ts'

/** An event of the gateway: https://docs.discord.com/developers/topics/gateway-events */
export interface Dispatch {
  type: string
  seq: number
  data: unknown
}

export type Decoded =
  | { kind: 'message'; message: InboundMessage; interaction?: Interaction }
  | { kind: 'malformed'; raw: string; reason: string }
  /** Understood, and none of our business: other bots, service messages, embeds that were added. */
  | { kind: 'passed_over' }

/** What it takes to say that an interaction arrived. */
export interface Interaction {
  id: string
  /** Good for 15 minutes: a secret. */
  token: string
  kind: 'command' | 'button'
}

/** Where receiving goes on: https://docs.discord.com/developers/topics/gateway#resuming */
export interface Session {
  session_id: string
  resume_gateway_url: string
  /** Of the last event that was committed. */
  seq: number
}
