import type { Fields } from '../../lib/json.ts'
import { wordsOf } from './replies.ts'

/** An answer of an app, as its stream tells it. */
export interface DifyAnswer {
  text?: string | string[]
  /** `agent` calls its words `agent_message`, `flow` runs a workflow around them. */
  mode?: 'chat' | 'agent' | 'flow'
  tools?: { name: string; input: unknown; output: unknown }[]
  /** What moderation puts in place of the words. */
  replacement?: string
  file?: { type: string; url: string }
}

/** The events of an answer, in Dify's order, without the ids that all of them carry. */
export function difyEventsOf(answer: DifyAnswer, query: string): Fields[] {
  const { mode = 'chat', replacement } = answer
  const words = piecesOf(answer.text ?? query)
  const run = { id: 'run', workflow_id: 'wf', created_at: 1 }
  const word = mode === 'agent' ? 'agent_message' : 'message'
  const flow = (event: string, data: object): Fields[] =>
    mode === 'flow' ? [{ event, workflow_run_id: 'run', data: { ...run, ...data } }] : []
  return [
    ...flow('workflow_started', { inputs: {} }),
    ...(answer.tools ?? []).flatMap(({ name, input, output }, index) =>
      mode === 'flow' ? nodesOf(`node-${index}`, name, input, output) : thoughtsOf(name, input, output),
    ),
    ...words.map((text) => ({ event: word, answer: text })),
    ...(answer.file === undefined
      ? []
      : [{ event: 'message_file', id: 'file', belongs_to: 'assistant', ...answer.file }]),
    ...(replacement === undefined
      ? []
      : [{ event: 'message_replace', answer: replacement, reason: 'output_moderation' }]),
    ...flow('workflow_finished', { status: 'succeeded', outputs: { answer: words.join('') }, error: null }),
    { event: 'message_end', metadata: { usage: usageOf(words), retriever_resources: [] }, files: [] },
  ]
}

/** What of the answer Dify keeps. */
export function keptAnswer(answer: DifyAnswer, query: string): string {
  return answer.replacement ?? piecesOf(answer.text ?? query).join('')
}

function usageOf(words: string[]) {
  return { prompt_tokens: 10, completion_tokens: words.length, total_tokens: 10 + words.length }
}

function piecesOf(text: string | string[]): string[] {
  return typeof text === 'string' ? wordsOf(text) : text
}

function nodesOf(id: string, title: string, inputs: unknown, outputs: unknown): Fields[] {
  const data = { id, node_id: id, node_type: 'tool', title, index: 1 }
  return [
    { event: 'node_started', workflow_run_id: 'run', data: { ...data, inputs } },
    {
      event: 'node_finished',
      workflow_run_id: 'run',
      data: { ...data, inputs, outputs, status: 'succeeded' },
    },
  ]
}

function thoughtsOf(tool: string, input: unknown, output: unknown): Fields[] {
  const thought = { event: 'agent_thought', id: `thought-${tool}`, position: 1, message_files: [] }
  const call = { tool, tool_input: JSON.stringify({ [tool]: input }) }
  return [
    { ...thought, thought: '', tool: '', tool_input: '', observation: '' },
    { ...thought, thought: 'I need it.', ...call, observation: '' },
    { ...thought, thought: 'I need it.', ...call, observation: JSON.stringify({ [tool]: output }) },
  ]
}
