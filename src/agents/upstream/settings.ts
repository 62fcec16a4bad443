import type { AgentField, AgentSettings } from '../agent.ts'
import type { HistoryWindow } from '../history.ts'
import type { Upstream } from './upstream.ts'

/** What every agent that asks a server can be told about it. */
export const upstreamFields: AgentField[] = [
  { name: 'timeout_s', label: 'Seconds to wait for the first byte', type: 'number', required: false },
  { name: 'idle_timeout_s', label: 'Seconds to wait for the next byte', type: 'number', required: false },
  { name: 'max_retries', label: 'Further attempts', type: 'number', required: false },
]

/** How much of what was said before it is sent. */
export const historyFields: AgentField[] = [
  { name: 'history_messages', label: 'Earlier messages to send', type: 'number', required: false },
  { name: 'history_chars', label: 'Characters of earlier messages to send', type: 'number', required: false },
]

export function readHistoryWindow(settings: AgentSettings): HistoryWindow {
  return {
    historyMessages: numberIn(settings, 'history_messages') ?? 40,
    historyChars: numberIn(settings, 'history_chars') ?? 48_000,
  }
}

/** How the server is asked, but for how we sign in. */
export function readUpstream(
  settings: AgentSettings,
  baseUrl: string,
  signIn: { headers: Readonly<Record<string, string>>; secrets: readonly string[] },
): Upstream {
  return {
    baseUrl: baseUrl.replace(/\/+$/, ''),
    ...signIn,
    firstByteMs: (numberIn(settings, 'timeout_s') ?? 120) * 1000,
    idleMs: (numberIn(settings, 'idle_timeout_s') ?? 60) * 1000,
    maxRetries: numberIn(settings, 'max_retries') ?? 2,
  }
}

/** The same where the setting `url` is the one address that is asked: `path` is what of it follows the origin. */
export function readAddress(
  settings: AgentSettings,
  signIn: Parameters<typeof readUpstream>[2],
): { upstream: Upstream; url: URL; path: string } {
  const url = new URL(textIn(settings, 'url') ?? '')
  return { upstream: readUpstream(settings, url.origin, signIn), url, path: url.pathname + url.search }
}

/** The usual way to sign in; none without a key. */
export function bearer(key: string | undefined): Pick<Upstream, 'headers' | 'secrets'> {
  return key === undefined
    ? { headers: {}, secrets: [] }
    : { headers: { authorization: `Bearer ${key}` }, secrets: [key] }
}

/** What would make every request fail, told at the start instead. `key` is where a password belongs. */
export function checkAddress(
  settings: AgentSettings,
  name: string,
  key = 'api_key',
): { path: string; message: string }[] {
  const address = textIn(settings, name)
  if (address === undefined) return []
  const url = URL.parse(address)
  if (url === null || !/^https?:$/.test(url.protocol))
    return [{ path: name, message: 'must be an address that begins with http:// or https://.' }]
  if (url.username !== '' || url.password !== '')
    return [{ path: name, message: `must not hold a user name or password. Use ${key}.` }]
  return []
}

/** fetch would refuse a header of such letters with an error that quotes it. */
export function checkHeaderValue(settings: AgentSettings, name: string): { path: string; message: string }[] {
  const value = textIn(settings, name)
  if (value === undefined || /^[\x21-\x7e]+$/.test(value)) return []
  return [{ path: name, message: 'holds a space, a line break or a letter outside ASCII. Copy it again.' }]
}

export function textIn(settings: AgentSettings, name: string): string | undefined {
  const value = settings[name]
  const trimmed = typeof value === 'string' ? value.trim() : ''
  return trimmed === '' ? undefined : trimmed
}

export function numberIn(settings: AgentSettings, name: string): number | undefined {
  const value = settings[name]
  return typeof value === 'number' ? value : undefined
}
