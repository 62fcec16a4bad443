import { isConfigured, isRunning, reasonAgainst, type ChannelState } from './channel-state.ts'
import type { BotSettings, ChannelDefinition, CredentialField } from './channel.ts'
import type { ChannelsDependencies } from './channels.ts'
import { mask } from './mask.ts'
import type { BotStateName } from './supervisor.ts'

/** A channel as people see it before and while they connect. */
export interface Provider {
  name: string
  displayName: string
  logo: string
  enabled: boolean
  configured: boolean
  connectable: boolean
  unavailableReason: string | null
  authMode: ChannelDefinition['authMode']
  /** A connect code must name the account that will send it. */
  isAccountRequired: boolean
  connectionStatus: ConnectionStatus
  credentialFields: CredentialField[]
  /** Stored secrets as a mask; text values for administrators only. */
  credentialValues: Record<string, string>
  bots: ProviderBot[]
  setup: SetupStep
}

export type ConnectionStatus = 'connected' | 'revoked' | 'not_connected'

export interface ProviderBot {
  id: string
  name: string
  agent: string
  enabled: boolean
  state: BotStateName
  /** For administrators only. */
  detail: string | null
}

/** What comes next on the way to a running channel; `login`: credentials come by steps with a person, too. */
export type SetupStep = { login?: true } & (
  | { step: 'ask'; fields: string[] }
  | { step: 'wait'; text: string }
  | { step: 'show'; text: string }
  | { step: 'done' }
)

/** Who looks. */
export interface Viewer {
  isAdmin: boolean
  /** The status of the viewer's newest connection of each channel. */
  newestStatus: ReadonlyMap<string, 'connected' | 'revoked'>
}

export function viewProvider(
  { isAuthDisabled }: Pick<ChannelsDependencies, 'isAuthDisabled'>,
  channel: ChannelState,
  viewer: Viewer,
): Provider {
  const { definition } = channel
  const reason = reasonAgainst(channel).detail ?? null
  return {
    name: definition.name,
    displayName: definition.displayName,
    logo: definition.logo,
    enabled: true,
    configured: isConfigured(channel),
    connectable: reason === null,
    unavailableReason: reason,
    authMode: definition.authMode,
    isAccountRequired: definition.privateChats === false,
    connectionStatus: statusFor(channel, viewer, isAuthDisabled),
    credentialFields: visibleFields(definition),
    credentialValues: valuesFor(channel, viewer),
    bots: channel.bots.map(({ id, name, agent, enabled }) => ({
      id,
      name,
      agent,
      enabled,
      state: channel.states.get(id)?.state ?? 'stopped',
      detail: viewer.isAdmin ? (channel.states.get(id)?.detail ?? null) : null,
    })),
    setup: setupOf(channel, reason),
  }
}

/** The fields of a form. */
export function visibleFields({ credentialFields }: ChannelDefinition): CredentialField[] {
  return credentialFields.filter(({ hidden }) => hidden !== true)
}

/** A connection over a channel that is away is none; that it was revoked stays true. */
function statusFor(
  channel: ChannelState,
  { newestStatus }: Viewer,
  isAuthDisabled: boolean,
): ConnectionStatus {
  if (isAuthDisabled && isRunning(channel)) return 'connected'
  const newest = newestStatus.get(channel.definition.name) ?? 'not_connected'
  const isAway = reasonAgainst(channel).detail !== undefined
  return newest === 'connected' && isAway ? 'not_connected' : newest
}

function valuesFor({ definition, settings }: ChannelState, { isAdmin }: Viewer): Record<string, string> {
  const values = valuesOf(definition, settings)
  const isShown = (field: string) => isAdmin || values[field] === mask
  return Object.fromEntries(Object.entries(values).filter(([field]) => isShown(field)))
}

/** What is stored, for a form: secrets as a mask. */
export function valuesOf(definition: ChannelDefinition, settings: BotSettings): Record<string, string> {
  const values = visibleFields(definition).flatMap(({ name, type }) => {
    const value = settings[name]
    if (typeof value !== 'string' || value === '') return []
    return [[name, type === 'password' ? mask : value] as const]
  })
  return Object.fromEntries(values)
}

function setupOf(channel: ChannelState, reason: string | null): SetupStep {
  const { definition, bot, states } = channel
  const login = definition.login === undefined ? {} : { login: true as const }
  if (reason === null) return { ...login, step: 'done' }
  if (!isConfigured(channel))
    return { ...login, step: 'ask', fields: visibleFields(definition).map(({ name }) => name) }
  const state = bot && states.get(bot.id)?.state
  return { ...login, step: state === 'connecting' ? 'wait' : 'show', text: reason }
}
