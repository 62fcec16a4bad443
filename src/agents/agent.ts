/**
 * The contract of an agent backend: a turn goes in, events come out. Events are chunks of the Vercel AI SDK UI
 * message stream, version 1 (https://ai-sdk.dev/docs/ai-sdk-ui/stream-protocol); the turn's runner adds `start`
 * and `finish`, so an agent yields only what lies between.
 */
export interface Agent {
  /**
   * Runs one turn. Throws AgentError when it cannot answer. When `signal` aborts it yields nothing more and soon
   * throws the signal's reason: TurnCancelled when a person stopped the turn, anything else when this server only
   * lets go of it. A turn may be run again with the same `idempotencyKey` after a crash.
   */
  run(turn: AgentTurn, signal: AbortSignal): AsyncIterable<AgentEvent>
}

export interface AgentTurn {
  id: string
  /** The same for every attempt of the turn. */
  idempotencyKey: string
  attempt: number
  conversation: { id: string; title: string; source: string | null }
  /** Who asks. A `guest` speaks in a sponsored group and is nobody's account: nothing of any user may be used for them. */
  user: { id: string; name: string; kind: 'member' | 'guest' }
  message: { text: string; files: AgentFile[] }
  /** Earlier messages of the conversation, oldest first, this turn's own left out. */
  history: HistoryMessage[]
  memory: AgentMemory
  /** The turn's right to call Portico; none for a guest's turn. */
  grant: AgentGrant | null
}

/**
 * What a backend must remember of the conversation, such as its server's id of it: one small JSON value, kept as long
 * as the conversation stays with this agent. It outlives a crash, so that a later attempt can take a run up again.
 */
export interface AgentMemory {
  /** As it was when the attempt began, or as last written by it; undefined at first. */
  read(): unknown
  /** Rejects when another attempt has taken the turn over. */
  write(value: unknown): Promise<void>
}

export interface AgentGrant {
  /** A bearer token that dies with its time; never to be shown to a model or a person. */
  token: string
  /** Where it counts: Portico's own address. */
  url: string
}

export interface AgentFile {
  name: string
  mediaType: string
  /** A data: URL, or a URL that the agent may fetch. */
  url: string
  /** The content of a file that Portico keeps, for those who need not go by way of the URL. */
  read?(): Promise<Blob>
}

export interface HistoryMessage {
  role: 'user' | 'assistant'
  text: string
  /** Who wrote it, in conversations with several people. */
  author: string | null
}

export type AgentEvent =
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
  | { type: `data-${string}`; id?: string; data: unknown; transient?: boolean }

/** What a turn's stream holds: the agent's events between the runner's own. */
export type TurnEvent =
  | AgentEvent
  | { type: 'start'; messageId: string }
  /** A new attempt begins: readers drop what they have of this answer. Follows a crash of the server. */
  | { type: 'data-restart'; data: { attempt: number }; transient: true }
  /** What the error after it is called, for programs; `reference` finds it in the log. */
  | { type: 'data-error'; data: { code: string; reference: string } }
  | { type: 'error'; errorText: string }
  | { type: 'abort'; reason?: string }
  | { type: 'finish'; finishReason?: 'stop' | 'error' | 'other' }

/** The reason of an abort that is meant: nobody will run the turn again, so what goes on elsewhere for it may end. */
export class TurnCancelled extends Error {
  constructor() {
    super('The turn was cancelled.')
    this.name = 'TurnCancelled'
  }
}

/** The agent could not answer. `public` is told to the person; the cause goes to the log. */
export class AgentError extends Error {
  readonly code: AgentErrorCode
  readonly public: string

  constructor(code: AgentErrorCode, publicMessage: string, cause?: unknown) {
    super(`${code}: ${publicMessage}`, { cause })
    this.name = 'AgentError'
    this.code = code
    this.public = publicMessage
  }
}

export type AgentErrorCode =
  | 'agent_unreachable'
  | 'agent_timeout'
  | 'agent_refused'
  | 'agent_bad_credentials'
  | 'agent_rate_limited'
  | 'agent_failed'

/** One kind of backend, as data plus a factory. */
export interface AgentDefinition {
  kind: string
  displayName: string
  /** What `agents.<name>` in portico.yaml takes for this kind, beside `kind` and `busy`. */
  fields: AgentField[]
  /** Mistakes that the fields cannot express: the field, and a sentence that does not repeat its value. */
  check?(settings: AgentSettings): { path: string; message: string }[]
  /** Settings have passed the fields and `check`. */
  create(settings: AgentSettings, dependencies: AgentDependencies): Agent
}

export interface AgentField {
  name: string
  label: string
  type: 'text' | 'password' | 'number' | 'boolean'
  required: boolean
}

export type AgentSettings = Readonly<Record<string, string | number | boolean | undefined>>

export interface AgentDependencies {
  fetch: typeof fetch
  /** Waits; injected so that tests need not. Rejects when the signal aborts. */
  sleep: (ms: number, signal: AbortSignal) => Promise<void>
}
