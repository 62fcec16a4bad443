import type { AgentField, AgentSettings } from '../../agent.ts'
import type { HistoryWindow } from '../../history.ts'
import { isSigningSecret } from '../../../lib/standard-webhooks.ts'
import {
  checkAddress,
  historyFields,
  readAddress,
  readHistoryWindow,
  textIn,
  upstreamFields,
} from '../../upstream/settings.ts'
import type { Upstream } from '../../upstream/upstream.ts'

export const fields: AgentField[] = [
  { name: 'url', label: 'Address that is asked', type: 'text', required: true },
  { name: 'secret', label: 'Signing secret, whsec_...', type: 'password', required: true },
  ...historyFields,
  ...upstreamFields,
]

/** The settings of a `webhook` agent, complete. */
export interface WebhookSettings extends HistoryWindow {
  upstream: Upstream
  path: string
  secret: string
}

export function readSettings(settings: AgentSettings): WebhookSettings {
  const secret = textIn(settings, 'secret') ?? ''
  const { upstream, path } = readAddress(settings, { headers: {}, secrets: [secret] })
  return { upstream, path, secret, ...readHistoryWindow(settings) }
}

export function checkSettings(settings: AgentSettings): { path: string; message: string }[] {
  const isGood = isSigningSecret(textIn(settings, 'secret') ?? '')
  return [
    ...checkAddress(settings, 'url', 'secret'),
    ...(isGood ? [] : [{ path: 'secret', message: 'must be whsec_ and 24 to 64 bytes in base64.' }]),
  ]
}
