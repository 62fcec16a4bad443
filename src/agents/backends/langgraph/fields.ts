import type { AgentField } from '../../agent.ts'
import { upstreamFields } from '../../upstream/settings.ts'

const text = (name: string, label: string, required = false): AgentField => ({
  name,
  label,
  type: 'text',
  required,
})
const password = (name: string, label: string): AgentField => ({
  name,
  label,
  type: 'password',
  required: false,
})
const number = (name: string, label: string): AgentField => ({ name, label, type: 'number', required: false })

/** What `agents.<name>` takes for this kind. */
export const fields: AgentField[] = [
  text('url', 'Address of the server, such as http://127.0.0.1:2024', true),
  text('assistant_id', 'Assistant or graph', true),
  password('api_key', 'API key, sent as X-Api-Key'),
  password('bearer_token', 'Token, sent as Authorization: Bearer'),
  password('internal_token', 'Internal token of a DeerFlow gateway'),
  text('owner_header', 'Header that names the user of a run'),
  text('stream_mode', 'What is streamed'),
  text('subgraphs', 'Agents within the graph: hidden or shown'),
  text('text_nodes', 'Nodes whose words are streamed'),
  text('messages_key', 'Key of the messages in the state'),
  text('options', 'Options of every run, as a JSON object'),
  text('options_in', 'Where options go: configurable, context or both'),
  number('recursion_limit', 'Steps that a run may take'),
  text('multitask_strategy', 'When the thread is busy: reject, enqueue, interrupt or rollback'),
  number('busy_timeout_s', 'Seconds to wait for a busy thread'),
  number('history_messages', 'Earlier messages that a new thread is told'),
  number('history_chars', 'Characters of earlier messages that a new thread is told'),
  ...upstreamFields,
]
