import { isBlank } from './channel-state.ts'
import type { BotSettings, ChannelDefinition } from './channel.ts'

/** Stands for a stored secret, which is never shown; sent back, it keeps what is stored. */
export const mask = '********'

/** What was typed, over what is stored. A mask where nothing is stored is no secret: the field stays empty. */
export function mergeValues(
  { credentialFields }: ChannelDefinition,
  stored: BotSettings,
  values: Readonly<Record<string, string>>,
): BotSettings {
  const merged: Record<string, unknown> = { ...stored }
  for (const { name, type } of credentialFields) {
    const value = values[name]?.trim()
    if (value === undefined || (type === 'password' && value === mask)) continue
    if (isBlank(value)) Reflect.deleteProperty(merged, name)
    else merged[name] = value
  }
  return merged
}

/** Fields for which a mask was sent although nothing is stored. */
export function emptyMasks(
  { credentialFields }: ChannelDefinition,
  stored: BotSettings,
  values: Readonly<Record<string, string>>,
) {
  return credentialFields.filter(
    ({ name, type }) => type === 'password' && values[name]?.trim() === mask && isBlank(stored[name]),
  )
}
