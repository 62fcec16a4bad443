import type { AgentEvent } from '../agent.ts'
import { createParts } from '../parts.ts'
import { noteOf, silence } from './endings.ts'
import { agentError, serverFailure } from './failure.ts'
import { fieldsOf, stringOf, type Fields } from '../../lib/json.ts'
import { createSources } from './sources.ts'
import { quietly, take, type Takes } from './takes.ts'
import { createToolParts } from './tool-parts.ts'

/**
 * Reads a UI message stream of somebody else's (https://ai-sdk.dev/docs/ai-sdk-ui/stream-protocol, version 1) as
 * events that keep our contract: parts get ids of ours, since servers use theirs again in each step; what is left open
 * is closed; chunks that we do not know, or that are Portico's own, are dropped.
 */
export interface MessageStream {
  /** Takes one chunk. Throws Failure for `error` and AgentError for `abort`. */
  take(chunk: unknown): Generator<AgentEvent>
  /** Adds a piece of plain text. */
  write(text: string): Generator<AgentEvent>
  /** Closes what is open and adds what belongs below the answer. Throws AgentError for an answer without a word. */
  end(): Generator<AgentEvent>
  /** Whether the server has said that the answer is whole. */
  isFinished(): boolean
}

export function createMessageStream(secrets: readonly string[]): MessageStream {
  const parts = createParts()
  const tools = createToolParts()
  const sources = createSources()
  let text = ''
  let steps = 0
  let hasShown = false
  let finishReason: string | undefined

  function* write(delta: string): Generator<AgentEvent> {
    text += delta
    yield* parts.text(delta)
  }
  /** Shows something between two parts. */
  function* show(event: AgentEvent): Generator<AgentEvent> {
    hasShown = true
    yield* parts.aside([event])
  }

  const takes: Takes = {
    'text-start': parts.close,
    'text-delta': ({ delta }) => write(stringOf(delta)),
    'text-end': parts.close,
    'reasoning-start': parts.close,
    'reasoning-delta': ({ delta }) => parts.reasoning(stringOf(delta)),
    'reasoning-end': parts.close,
    'tool-input-start': (chunk) => parts.aside(tools.start(idIn(chunk), nameIn(chunk))),
    'tool-input-delta': (chunk) => tools.write(idIn(chunk), stringOf(chunk['inputTextDelta'])),
    'tool-input-available': (chunk) => parts.aside(tools.call(idIn(chunk), nameIn(chunk), chunk['input'])),
    *'tool-input-error'(chunk) {
      yield* parts.aside(tools.call(idIn(chunk), nameIn(chunk), chunk['input']))
      yield* tools.fail(idIn(chunk), 'The tool was called wrongly.')
    },
    // A preliminary output is followed by the one that counts.
    'tool-output-available': (chunk) =>
      chunk['preliminary'] === true ? [] : parts.aside(tools.output(idIn(chunk), chunk['output'])),
    'tool-output-error': (chunk) => parts.aside(tools.fail(idIn(chunk), 'The tool failed.')),
    'tool-output-denied': (chunk) => parts.aside(tools.fail(idIn(chunk), 'The tool was not allowed.')),
    'source-url': quietly(sources.add),
    'source-document': quietly(sources.add),
    *file(chunk) {
      const event = fileIn(chunk)
      if (event !== undefined) yield* show(event)
    },
    *'start-step'() {
      steps++
      yield { type: 'start-step' }
    },
    'finish-step': finishStep,
    finish: quietly(
      (chunk) => (finishReason = (stringOf(chunk['finishReason']) || 'stop').replace('-', '_')),
    ),
    error({ errorText }) {
      const said = { status: 500, code: 'error', message: stringOf(errorText) }
      throw serverFailure(said, secrets)
    },
    abort() {
      throw agentError('agent_failed', new Error('The server stopped the answer.'))
    },
  }

  function* finishStep(): Generator<AgentEvent> {
    if (steps === 0) return
    steps--
    yield* parts.close()
    yield { type: 'finish-step' }
  }

  return {
    *take(value) {
      const chunk = fieldsOf(value)
      const type = stringOf(chunk['type'])
      if (type.startsWith('data-')) {
        const event = dataIn(type, chunk)
        if (event !== undefined) yield* type === 'data-buttons' ? show(event) : [event]
      } else yield* take(takes, type, chunk)
    },
    write,
    *end() {
      yield* parts.text(text === '' ? '' : noteOf(finishReason) + sources.below(text))
      yield* parts.close()
      yield* tools.close()
      while (steps > 0) yield* finishStep()
      if (text.trim() === '' && !hasShown) throw silence(finishReason)
    },
    isFinished: () => finishReason !== undefined,
  }
}

function idIn({ toolCallId }: Fields): string {
  return stringOf(toolCallId)
}

function nameIn({ toolName }: Fields): string {
  return stringOf(toolName)
}

/** A file within the stream or on the web; other addresses mean something to their server alone. */
function fileIn(chunk: Fields): AgentEvent | undefined {
  const [url, mediaType, filename] = ['url', 'mediaType', 'filename'].map((name) => stringOf(chunk[name]))
  if (url === undefined || mediaType === undefined || !/^(data:|https?:\/\/)/i.test(url)) return undefined
  return { type: 'file', url, mediaType, ...(filename ? { filename } : {}) }
}

/** `data-restart` is Portico's own word to its readers. */
function dataIn(type: string, { id, data, transient }: Fields): AgentEvent | undefined {
  if (type === 'data-restart' || type === 'data-') return undefined
  return {
    type: type as `data-${string}`,
    data: data ?? null,
    ...(typeof id === 'string' ? { id } : {}),
    ...(transient === true ? { transient } : {}),
  }
}
