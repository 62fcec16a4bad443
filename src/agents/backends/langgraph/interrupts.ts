import type { AgentEvent } from '../../agent.ts'
import { fieldsOf, listOf, stringOf, type Fields } from '../../../lib/json.ts'
import type { Asked, Question } from './memory.ts'

/** A graph that stopped to ask a person (https://docs.langchain.com/oss/python/langgraph/interrupts). */
export interface Interrupt extends Question {
  /** What the person reads. */
  text: string
  choices: string[]
}

/** What stands under `__interrupt__`, or in the tasks of a thread's state. */
export function readInterrupts(value: unknown): Interrupt[] {
  return listOf(value).map((interrupt) => {
    const { id, interrupt_id: olderId, value } = fieldsOf(interrupt)
    const requests = requestsIn(value)
    return {
      id: stringOf(id) || stringOf(olderId),
      approvals: requests.length,
      text: requests.length === 0 ? questionIn(value) : requests.map(requestText).join('\n\n'),
      choices: requests.length === 0 ? choicesIn(value) : ['Approve', 'Reject'],
    }
  })
}

/** The same from what the API says of a thread's state. */
export function interruptsInState(state: Fields): Interrupt[] {
  return listOf(state['tasks']).flatMap((task) => readInterrupts(fieldsOf(task)['interrupts']))
}

/** The choices of a question that has only one set of them. */
export function* buttonsOf(interrupts: readonly Interrupt[]): Generator<AgentEvent> {
  const [only] = interrupts
  if (interrupts.length !== 1 || only === undefined || only.choices.length === 0) return
  yield { type: 'data-buttons', data: { buttons: only.choices.map((label) => ({ label })) } }
}

/** What the graph gets back: by id where it asked several things at once. */
export function resumeValue({ questions }: Asked, text: string): unknown {
  const [only] = questions
  if (questions.length === 1 && only !== undefined) return answerTo(only, text)
  return Object.fromEntries(questions.map((question) => [question.id, answerTo(question, text)]))
}

/** Tool calls that wait for an approval get a decision each, in the form of LangChain's human-in-the-loop. */
function answerTo({ approvals }: Question, text: string): unknown {
  if (approvals === 0) return text
  // Whatever says more than yes is not a yes.
  const decision = /^\W*(approved?|yes|y|ok|okay|sure|go ahead|同意|批准|可以|好的?|是的?)[\s.!。！]*$/i.test(
    text,
  )
    ? { type: 'approve' }
    : { type: 'reject', message: text }
  return { decisions: Array.from({ length: approvals }, () => decision) }
}

function requestsIn(value: unknown): Fields[] {
  return listOf(fieldsOf(value)['action_requests']).map(fieldsOf)
}

function requestText(request: Fields): string {
  const name = stringOf(request['name']) || stringOf(request['action'])
  const input = JSON.stringify(request['args'] ?? request['arguments'] ?? {}, null, 2)
  const told = stringOf(request['description']) || `May I use ${name}?`
  return `${told}\n\n\`\`\`json\n${input}\n\`\`\``
}

function questionIn(value: unknown): string {
  if (typeof value === 'string') return value
  const asked = fieldsOf(value)
  const keys = ['question', 'message', 'prompt', 'text', 'description', 'instruction']
  const words = keys.map((key) => stringOf(asked[key])).find((text) => text !== '')
  return words ?? `\`\`\`json\n${JSON.stringify(value ?? null, null, 2)}\n\`\`\``
}

function choicesIn(value: unknown): string[] {
  const { options, choices } = fieldsOf(value)
  return listOf(options ?? choices).filter((choice) => typeof choice === 'string')
}
