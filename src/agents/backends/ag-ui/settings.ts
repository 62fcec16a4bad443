import type { AgentField, AgentSettings } from '../../agent.ts'
import type { HistoryWindow } from '../../history.ts'
import {
  bearer,
  checkAddress,
  checkHeaderValue,
  historyFields,
  readAddress,
  readHistoryWindow,
  textIn,
  upstreamFields,
} from '../../upstream/settings.ts'
import type { Upstream } from '../../upstream/upstream.ts'

export const fields: AgentField[] = [
  { name: 'url', label: 'Address of the agent', type: 'text', required: true },
  { name: 'api_key', label: 'API key', type: 'password', required: false },
  ...historyFields,
  ...upstreamFields,
]

/** The settings of an `ag-ui` agent, complete. */
export interface AgUiSettings {
  upstream: Upstream
  /** The agent's address is this below the upstream, to the last slash: some servers mind. */
  path: string
  window: HistoryWindow
}

/** The settings have passed `checkSettings`. */
export function readSettings(settings: AgentSettings): AgUiSettings {
  const { upstream, path } = readAddress(settings, bearer(textIn(settings, 'api_key')))
  return { upstream, path, window: readHistoryWindow(settings) }
}

export function checkSettings(settings: AgentSettings): { path: string; message: string }[] {
  return [...checkAddress(settings, 'url'), ...checkHeaderValue(settings, 'api_key')]
}
