import type { AgentField, AgentSettings } from '../../agent.ts'

export const fields: AgentField[] = [
  { name: 'base_url', label: 'Base URL, such as https://api.openai.com/v1', type: 'text', required: false },
  { name: 'api_key', label: 'API key', type: 'password', required: false },
  { name: 'model', label: 'Model', type: 'text', required: false },
  { name: 'system_prompt', label: 'System prompt', type: 'text', required: false },
  { name: 'temperature', label: 'Temperature', type: 'number', required: false },
  { name: 'history_messages', label: 'Earlier messages to send', type: 'number', required: false },
  { name: 'history_chars', label: 'Characters of earlier messages to send', type: 'number', required: false },
  { name: 'timeout_s', label: 'Seconds to wait for the first byte', type: 'number', required: false },
  { name: 'idle_timeout_s', label: 'Seconds to wait for the next byte', type: 'number', required: false },
  { name: 'max_retries', label: 'Further attempts', type: 'number', required: false },
]

/** The settings of an `openai` agent, complete. */
export interface OpenAiSettings {
  /** Without a slash at the end. */
  baseUrl: string
  apiKey: string | undefined
  /** Undefined: the server's list of models decides. */
  model: string | undefined
  systemPrompt: string | undefined
  temperature: number | undefined
  historyMessages: number
  historyChars: number
  firstByteMs: number
  idleMs: number
  maxRetries: number
}

export function readSettings(settings: AgentSettings): OpenAiSettings {
  return {
    baseUrl: (text(settings['base_url']) ?? 'https://api.openai.com/v1').replace(/\/+$/, ''),
    apiKey: text(settings['api_key']),
    model: text(settings['model']),
    systemPrompt: text(settings['system_prompt']),
    temperature: number(settings['temperature']),
    historyMessages: number(settings['history_messages']) ?? 40,
    historyChars: number(settings['history_chars']) ?? 48_000,
    firstByteMs: (number(settings['timeout_s']) ?? 120) * 1000,
    idleMs: (number(settings['idle_timeout_s']) ?? 60) * 1000,
    maxRetries: number(settings['max_retries']) ?? 2,
  }
}

/** What would make every request fail, told at the start instead. */
export function checkSettings(settings: AgentSettings): { path: string; message: string }[] {
  const { baseUrl, apiKey } = readSettings(settings)
  const url = URL.parse(baseUrl)
  const problems: { path: string; message: string }[] = []
  if (url === null || !/^https?:$/.test(url.protocol))
    problems.push({ path: 'base_url', message: 'must be an address that begins with http:// or https://.' })
  else if (url.username !== '' || url.password !== '')
    problems.push({ path: 'base_url', message: 'must not hold a user name or password. Use api_key.' })
  // fetch would refuse the header with an error that quotes it.
  if (apiKey !== undefined && !/^[\x21-\x7e]+$/.test(apiKey))
    problems.push({
      path: 'api_key',
      message: 'holds a space, a line break or a letter outside ASCII. Copy it again.',
    })
  return problems
}

function text(value: string | number | undefined): string | undefined {
  const trimmed = typeof value === 'string' ? value.trim() : ''
  return trimmed === '' ? undefined : trimmed
}

function number(value: string | number | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined
}
