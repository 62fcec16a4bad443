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
  {
    name: 'url',
    label: 'Address of the chat route, such as https://app.example/api/chat',
    type: 'text',
    required: true,
  },
  { name: 'api_key', label: 'API key', type: 'password', required: false },
  ...historyFields,
  ...upstreamFields,
]

/** The settings of a `ui-message-stream` agent, complete. */
export interface MessageStreamSettings extends HistoryWindow {
  upstream: Upstream
  chatPath: string
  /** Where the answer that is being written for a chat is read again. */
  streamPath: (chatId: string) => string
}

export function readSettings(settings: AgentSettings): MessageStreamSettings {
  const { upstream, url, path } = readAddress(settings, bearer(textIn(settings, 'api_key')))
  const { pathname, search } = url
  return {
    upstream,
    chatPath: path,
    streamPath: (chatId) => `${pathname.replace(/\/$/, '')}/${encodeURIComponent(chatId)}/stream${search}`,
    ...readHistoryWindow(settings),
  }
}

export function checkSettings(settings: AgentSettings): { path: string; message: string }[] {
  return [...checkAddress(settings, 'url'), ...checkHeaderValue(settings, 'api_key')]
}
