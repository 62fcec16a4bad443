/**
 * What happens in a turn: chunks of the Vercel AI SDK UI message stream, version 1
 * (https://ai-sdk.dev/docs/ai-sdk-ui/stream-protocol). Kinds that are not listed may appear; skip them.
 */
export type TurnEvent =
  | { type: 'start'; messageId: string }
  | { type: 'text-start'; id: string }
  | { type: 'text-delta'; id: string; delta: string }
  | { type: 'text-end'; id: string }
  | { type: 'reasoning-start'; id: string }
  | { type: 'reasoning-delta'; id: string; delta: string }
  | { type: 'reasoning-end'; id: string }
  | { type: 'tool-input-start'; toolCallId: string; toolName: string }
  | { type: 'tool-input-delta'; toolCallId: string; inputTextDelta: string }
  | { type: 'tool-input-available'; toolCallId: string; toolName: string; input: unknown }
  | { type: 'tool-output-available'; toolCallId: string; output: unknown }
  | { type: 'tool-output-error'; toolCallId: string; errorText: string }
  | { type: 'file'; url: string; mediaType: string; filename?: string }
  | { type: 'start-step' }
  | { type: 'finish-step' }
  /** The answer begins anew: drop what you have of it. */
  | { type: 'data-restart'; data: { attempt: number }; transient: true }
  /** Where the turn stands: how many are before it, the one that is being answered included. Told in passing. */
  | { type: 'data-queue'; data: { position: number }; transient: true }
  /** What the error after it is called, for programs; the reference finds it in the server's log. */
  | { type: 'data-error'; data: { code: string; reference: string } }
  | { type: 'error'; errorText: string }
  | { type: 'abort'; reason?: string }
  | { type: 'finish'; finishReason?: 'stop' | 'error' | 'other' }

/** An event and its place in the turn: 1, 2, 3 ...; what is told in passing has that of the event before it. */
export interface SequencedEvent {
  seq: number
  event: TurnEvent
}
