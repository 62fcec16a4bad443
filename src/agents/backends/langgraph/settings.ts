import type { AgentSettings } from '../../agent.ts'
import { jsonOf } from '../../../lib/json.ts'
import { checkAddress, checkHeaderValue, numberIn, readUpstream, textIn } from '../../upstream/settings.ts'
import type { Upstream } from '../../upstream/upstream.ts'

/** The settings of a `langgraph` agent, complete. */
export interface LangGraphSettings {
  upstream: Upstream
  assistantId: string
  /** The header that names the user for whom a request is made; undefined where the server knows none. */
  ownerHeader: string | undefined
  streamModes: readonly string[]
  /** Whether agents within the graph are heard too. */
  showsSubgraphs: boolean
  /** The nodes whose words are streamed; undefined for all. */
  textNodes: readonly string[] | undefined
  /** The key of the graph's state that holds the messages. */
  messagesKey: string
  /** What the operator wants every run to be told. */
  options: Readonly<Record<string, unknown>>
  optionsIn: OptionsIn
  recursionLimit: number | undefined
  multitaskStrategy: string
  busyMs: number
  historyMessages: number
  historyChars: number
}

type OptionsIn = 'configurable' | 'context' | 'both'

/** The names that DeerFlow's gateway gives to what its own channels send. */
const deerflow = {
  tokenHeader: 'x-deerflow-internal-token',
  ownerHeader: 'x-deerflow-owner-user-id',
}

const choices: Readonly<Record<string, readonly string[]>> = {
  options_in: ['configurable', 'context', 'both'],
  multitask_strategy: ['reject', 'enqueue', 'interrupt', 'rollback'],
  subgraphs: ['hidden', 'shown'],
}

const knownModes = ['values', 'messages-tuple', 'custom', 'updates']

export function readSettings(settings: AgentSettings): LangGraphSettings {
  const internalToken = textIn(settings, 'internal_token')
  const isDeerFlow = internalToken !== undefined
  return {
    upstream: readUpstream(settings, textIn(settings, 'url') ?? '', signIn(settings)),
    assistantId: textIn(settings, 'assistant_id') ?? '',
    ownerHeader: textIn(settings, 'owner_header') ?? (isDeerFlow ? deerflow.ownerHeader : undefined),
    streamModes: namesIn(settings, 'stream_mode') ?? ['messages-tuple', 'values'],
    showsSubgraphs: textIn(settings, 'subgraphs') === 'shown',
    textNodes: namesIn(settings, 'text_nodes'),
    messagesKey: textIn(settings, 'messages_key') ?? 'messages',
    options: optionsIn(settings) ?? {},
    optionsIn: (textIn(settings, 'options_in') ?? (isDeerFlow ? 'both' : 'configurable')) as OptionsIn,
    recursionLimit: numberIn(settings, 'recursion_limit'),
    multitaskStrategy: textIn(settings, 'multitask_strategy') ?? 'reject',
    busyMs: (numberIn(settings, 'busy_timeout_s') ?? 300) * 1000,
    historyMessages: numberIn(settings, 'history_messages') ?? 40,
    historyChars: numberIn(settings, 'history_chars') ?? 48_000,
  }
}

export function checkSettings(settings: AgentSettings): { path: string; message: string }[] {
  const options = textIn(settings, 'options')
  const modes = namesIn(settings, 'stream_mode')
  const wrong = (path: string, message: string, isWrong: boolean) => (isWrong ? [{ path, message }] : [])
  return [
    ...checkAddress(settings, 'url'),
    ...['api_key', 'bearer_token', 'internal_token'].flatMap((name) => checkHeaderValue(settings, name)),
    ...wrong(
      'owner_header',
      'is no name of a header, such as X-Owner-User-Id.',
      !/^[\w-]*$/.test(textIn(settings, 'owner_header') ?? ''),
    ),
    ...wrong('options', 'must be a JSON object.', options !== undefined && optionsIn(settings) === undefined),
    ...wrong(
      'stream_mode',
      `must be a list with values in it, of ${knownModes.join(', ')}.`,
      modes !== undefined && !(modes.includes('values') && modes.every((mode) => knownModes.includes(mode))),
    ),
    ...Object.entries(choices).flatMap(([name, words]) =>
      wrong(
        name,
        `must be one of ${words.join(', ')}.`,
        !words.includes(textIn(settings, name) ?? words[0] ?? ''),
      ),
    ),
  ]
}

/** DeerFlow compares a cookie with a header against forged requests of browsers: any pair that is equal will do. */
function signIn(settings: AgentSettings): Pick<Upstream, 'headers' | 'secrets'> {
  const apiKey = textIn(settings, 'api_key')
  const bearer = textIn(settings, 'bearer_token')
  const internal = textIn(settings, 'internal_token')
  const csrf = crypto.randomUUID()
  return {
    headers: {
      ...(apiKey !== undefined && { 'x-api-key': apiKey }),
      ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
      ...(internal !== undefined && {
        [deerflow.tokenHeader]: internal,
        'x-csrf-token': csrf,
        cookie: `csrf_token=${csrf}`,
      }),
    },
    secrets: [apiKey, bearer, internal].filter((secret) => secret !== undefined),
  }
}

function namesIn(settings: AgentSettings, name: string): string[] | undefined {
  return textIn(settings, name)
    ?.split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')
}

function optionsIn(settings: AgentSettings): Record<string, unknown> | undefined {
  const options = jsonOf(textIn(settings, 'options') ?? '')
  return typeof options === 'object' && options !== null && !Array.isArray(options)
    ? (options as Record<string, unknown>)
    : undefined
}
