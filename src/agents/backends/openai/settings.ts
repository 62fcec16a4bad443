import type { AgentField, AgentSettings } from '../../agent.ts'
import type { HistoryWindow } from '../../history.ts'
import {
  bearer,
  checkAddress,
  checkHeaderValue,
  historyFields,
  numberIn,
  readHistoryWindow,
  readUpstream,
  textIn,
  upstreamFields,
} from '../../upstream/settings.ts'
import type { Upstream } from '../../upstream/upstream.ts'

export const fields: AgentField[] = [
  { name: 'base_url', label: 'Base URL, such as https://api.openai.com/v1', type: 'text', required: false },
  { name: 'api_key', label: 'API key', type: 'password', required: false },
  { name: 'model', label: 'Model', type: 'text', required: false },
  { name: 'api', label: 'Protocol: chat or responses', type: 'text', required: false },
  {
    name: 'tools',
    label: 'Tools that the server runs (responses only), such as web_search',
    type: 'text',
    required: false,
  },
  {
    name: 'reasoning_summary',
    label: 'Summary of reasoning (responses only): auto, concise or detailed',
    type: 'text',
    required: false,
  },
  {
    name: 'background',
    label: 'Whether the server keeps the answer and writes it even if we are gone (responses only)',
    type: 'boolean',
    required: false,
  },
  { name: 'system_prompt', label: 'System prompt', type: 'text', required: false },
  { name: 'temperature', label: 'Temperature', type: 'number', required: false },
  ...historyFields,
  ...upstreamFields,
]

/** The settings of an `openai` agent, complete. */
export interface OpenAiSettings extends HistoryWindow {
  upstream: Upstream
  /** Undefined: the server's list of models decides. */
  model: string | undefined
  api: 'chat' | 'responses'
  /** Tools that the server runs itself, by type. */
  tools: readonly string[]
  /** Whether the server writes its answer even if nobody listens, and keeps it for a while. */
  background: boolean
  reasoningSummary: (typeof summaries)[number] | undefined
  systemPrompt: string | undefined
  temperature: number | undefined
}

export function readSettings(settings: AgentSettings): OpenAiSettings {
  const baseUrl = textIn(settings, 'base_url') ?? 'https://api.openai.com/v1'
  return {
    upstream: readUpstream(settings, baseUrl, bearer(textIn(settings, 'api_key'))),
    model: textIn(settings, 'model'),
    api: textIn(settings, 'api') === 'responses' ? 'responses' : 'chat',
    tools: toolsIn(settings),
    background: settings['background'] === true,
    reasoningSummary: summaries.find((summary) => summary === textIn(settings, 'reasoning_summary')),
    systemPrompt: textIn(settings, 'system_prompt'),
    temperature: numberIn(settings, 'temperature'),
    ...readHistoryWindow(settings),
  }
}

export function checkSettings(settings: AgentSettings): { path: string; message: string }[] {
  return [
    ...checkAddress(settings, 'base_url'),
    ...checkHeaderValue(settings, 'api_key'),
    ...checkChoice(settings, 'api', ['chat', 'responses']),
    ...checkChoice(settings, 'reasoning_summary', summaries),
    ...checkTools(settings),
    ...checkBackground(settings),
  ]
}

const summaries = ['auto', 'concise', 'detailed'] as const
const serverTools = ['web_search', 'code_interpreter', 'image_generation']

function toolsIn(settings: AgentSettings): string[] {
  return (textIn(settings, 'tools') ?? '').split(/[\s,]+/).filter((tool) => tool !== '')
}

function checkChoice(settings: AgentSettings, path: string, choices: readonly string[]) {
  const value = textIn(settings, path)
  if (value === undefined || choices.includes(value)) return []
  return [{ path, message: `must be one of: ${choices.join(', ')}.` }]
}

function checkTools(settings: AgentSettings) {
  const tools = toolsIn(settings)
  if (tools.some((tool) => !serverTools.includes(tool)))
    return [{ path: 'tools', message: `may name, with commas between: ${serverTools.join(', ')}.` }]
  return tools.length > 0 ? checkApi(settings, 'tools') : []
}

function checkBackground(settings: AgentSettings) {
  return settings['background'] === true ? checkApi(settings, 'background') : []
}

function checkApi(settings: AgentSettings, path: string) {
  return textIn(settings, 'api') === 'responses' ? [] : [{ path, message: 'needs api: responses.' }]
}
