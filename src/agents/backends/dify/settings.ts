import type { AgentField, AgentSettings } from '../../agent.ts'
import { fieldsOf, isRecord, jsonOf, type Fields } from '../../../lib/json.ts'
import {
  bearer,
  checkAddress,
  checkHeaderValue,
  readUpstream,
  textIn,
  upstreamFields,
} from '../../upstream/settings.ts'
import type { Upstream } from '../../upstream/upstream.ts'

export const fields: AgentField[] = [
  { name: 'base_url', label: 'API address, such as https://api.dify.ai/v1', type: 'text', required: false },
  { name: 'api_key', label: 'API key of the app', type: 'password', required: true },
  { name: 'inputs', label: 'Inputs of the app, as a JSON object', type: 'text', required: false },
  ...upstreamFields,
]

/** The settings of a `dify` agent, complete. */
export interface DifySettings {
  upstream: Upstream
  /** Given to the app with every message. */
  inputs: Fields
}

export function readSettings(settings: AgentSettings): DifySettings {
  const baseUrl = textIn(settings, 'base_url') ?? 'https://api.dify.ai/v1'
  return {
    upstream: readUpstream(settings, baseUrl, bearer(textIn(settings, 'api_key'))),
    inputs: fieldsOf(jsonOf(textIn(settings, 'inputs') ?? '{}')),
  }
}

export function checkSettings(settings: AgentSettings): { path: string; message: string }[] {
  return [
    ...checkAddress(settings, 'base_url'),
    ...checkHeaderValue(settings, 'api_key'),
    ...checkInputs(textIn(settings, 'inputs')),
  ]
}

function checkInputs(inputs: string | undefined): { path: string; message: string }[] {
  if (inputs === undefined) return []
  if (isRecord(jsonOf(inputs))) return []
  return [{ path: 'inputs', message: 'must be a JSON object, such as {"language": "en"}.' }]
}
