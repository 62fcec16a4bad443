import { AgentError, type AgentEvent } from '../../agent.ts'
import { createParts } from '../../parts.ts'
import { silence } from '../../upstream/endings.ts'
import { fieldsOf, listOf, stringOf, type Fields } from '../../../lib/json.ts'
import { createCalls } from './calls.ts'
import { buttonsOf, interruptsInState, readInterrupts, type Interrupt } from './interrupts.ts'
import { readMessage, type Message } from './message.ts'
import { createProgress } from './progress.ts'
import { dataOf, type RunEvent } from './server.ts'
import type { LangGraphSettings } from './settings.ts'
import { messagesOfTurn, type TurnBegin } from './turn-messages.ts'
import { createWords } from './words.ts'

/** Tells what a run does as the events of one answer, however often its stream breaks and is joined again. */
export interface Teller {
  /** A stream of the run begins. One that was joined counts only from its first event, `metadata`, on. */
  begin(isJoined: boolean): void
  /** Throws AgentError when the run has failed. */
  tell(event: RunEvent): Generator<AgentEvent>
  /** Whether only the thread's state can say how the answer ends. */
  needsState(): boolean
  /** The rest of the answer, from the thread's state if that was needed. Throws AgentError if there is no answer. */
  end(state: Fields | undefined): Generator<AgentEvent>
  /** What the run stopped to ask, and the last message of the thread, once it has ended. */
  asked(): { interrupts: readonly Interrupt[]; after: string | null }
}

type TellerSettings = Pick<LangGraphSettings, 'messagesKey' | 'textNodes' | 'showsSubgraphs'>

export function createTeller(begins: TurnBegin, settings: TellerSettings): Teller {
  const parts = createParts()
  const progress = createProgress()
  const words = createWords(parts, progress)
  const calls = createCalls(parts, progress)
  let isWhole = true
  /** Whether all that was streamed stands in the state that was streamed last. */
  let isSettled = false
  let messages: Message[] = []
  let lastId: string | null = null
  let interrupts: readonly Interrupt[] = []

  function* tellResult(message: Message): Generator<AgentEvent> {
    yield* calls.result(message)
    // What DeerFlow's tool of this name says is the question that it asks instead of an answer.
    if (message.result.name === 'ask_clarification') yield* words.complete(message, new Set([message.id]))
  }

  function* hear(message: Message): Generator<AgentEvent> {
    if (message.kind === 'tool' && !message.isPiece) yield* tellResult(message)
    if (message.kind === 'ai' && (yield* words.hear(message))) yield* calls.tell(message)
  }

  /** The state after a step: what the stream did not say is said now. */
  function* take(values: Fields): Generator<AgentEvent> {
    const list = values[settings.messagesKey]
    if (list === undefined) return
    const all = listOf(list).map(readMessage)
    messages = messagesOfTurn(all, begins)
    lastId = all.at(-1)?.id ?? null
    words.release()
    const ids = new Set(messages.map(({ id }) => id))
    for (const message of messages) {
      if (message.kind === 'tool') yield* tellResult(message)
      if (message.kind !== 'ai') continue
      // The state does not say which node wrote a message.
      if (settings.textNodes === undefined || words.hasTold(message.id)) yield* words.complete(message, ids)
      yield* calls.tell({ ...message, toolPieces: [] })
    }
  }

  function* tell(event: RunEvent): Generator<AgentEvent> {
    const [mode = '', ...namespace] = event.name.split('|')
    if (mode === 'error') throw failed(dataOf(event))
    if (mode === 'metadata') isWhole = true
    if (mode === 'messages' || mode === 'values') isSettled = mode === 'values'
    if (namespace.length > 0 && !(settings.showsSubgraphs && mode === 'messages')) return
    if (mode === 'messages' && isWhole) {
      const [message, about] = listOf(dataOf(event))
      if (isForPeople(fieldsOf(about), settings.textNodes)) yield* hear(readMessage(message))
    }
    if (mode === 'values') {
      const values = fieldsOf(dataOf(event))
      interrupts = readInterrupts(values['__interrupt__'])
      yield* take(values)
    }
    if (mode === 'custom' || mode === 'updates')
      yield* parts.aside([{ type: `data-${mode}`, data: dataOf(event), transient: true }])
  }

  return {
    begin(isJoined) {
      isWhole = !isJoined
      words.release()
      progress.rewind()
    },
    tell,
    needsState: () => !isSettled || (!words.hasTold() && interrupts.length === 0),
    *end(state) {
      if (state !== undefined) {
        interrupts = interruptsInState(state)
        yield* take(fieldsOf(state['values']))
      }
      for (const { id, text } of interrupts) yield* words.say(id, (words.hasTold() ? '\n\n' : '') + text)
      const last = messages.findLast(({ kind, text }) => kind === 'ai' && text !== '')
      if (!words.hasTold() && last !== undefined) yield* words.say(last.id, last.text)
      yield* parts.close()
      yield* calls.close()
      yield* buttonsOf(interrupts)
      if (!words.hasTold()) throw silence(undefined)
    },
    asked: () => ({ interrupts, after: lastId }),
  }
}

/** Models that work behind the scenes, for a title or a summary, are marked so by their tags. */
function isForPeople({ tags, langgraph_node: node }: Fields, nodes: readonly string[] | undefined): boolean {
  const isHidden = listOf(tags).some((tag) =>
    /^(langsmith:)?(nostream|hidden)$|^middleware:/.test(stringOf(tag)),
  )
  return !isHidden && (nodes === undefined || nodes.includes(stringOf(node)))
}

/** What went wrong is an exception of the graph, and may quote anything; its name says enough for the log. */
export function failed(said: unknown): AgentError {
  const { error, name } = fieldsOf(said)
  const kind = /^[\w.]{1,80}$/.exec(stringOf(error) || stringOf(name))?.[0] ?? 'an error'
  return new AgentError(
    'agent_failed',
    'The agent failed while answering. Please try again.',
    new Error(`The run ended with ${kind}.`),
  )
}
