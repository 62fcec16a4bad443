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
  systemPrompt: string | undefined
  temperature: number | undefined
}

export function readSettings(settings: AgentSettings): OpenAiSettings {
  const baseUrl = textIn(settings, 'base_url') ?? 'https://api.openai.com/v1'
  return {
    upstream: readUpstream(settings, baseUrl, bearer(textIn(settings, 'api_key'))),
    model: textIn(settings, 'model'),
    systemPrompt: textIn(settings, 'system_prompt'),
    temperature: numberIn(settings, 'temperature'),
    ...readHistoryWindow(settings),
  }
}

export function checkSettings(settings: AgentSettings): { path: string; message: string }[] {
  return [...checkAddress(settings, 'base_url'), ...checkHeaderValue(settings, 'api_key')]
}
