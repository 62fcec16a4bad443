import { channelErrors } from './channel-errors.ts'
import { isUp } from './channel-state.ts'
import type { ChannelsDependencies } from './channels.ts'

export interface ServiceStatus {
  isRunning: boolean
  channels: Record<string, { enabled: boolean; running: boolean }>
}

type Dependencies = Pick<ChannelsDependencies, 'db' | 'bots' | 'supervisor' | 'catalogue'>

/** See `Channels.status`. */
export async function readStatus(deps: Dependencies): Promise<ServiceStatus> {
  const [bots, states] = await Promise.all([deps.bots.list(deps.db), deps.supervisor.states()])
  const channels = deps.catalogue.map(({ name }) => {
    const own = bots.filter(({ channel }) => channel === name)
    const enabled = own.some((bot) => bot.enabled)
    return [name, { enabled, running: own.some(({ id }) => isUp(states.get(id))) }] as const
  })
  return { isRunning: deps.supervisor.isRunning, channels: Object.fromEntries(channels) }
}

/** See `Channels.restart`. A channel whose bots are all disabled has nothing to restart, and so succeeds. */
export async function restartChannel(deps: Dependencies, name: string): Promise<boolean> {
  if (!deps.supervisor.isRunning) throw channelErrors.channel_service_stopped()
  const bots = await deps.bots.list(deps.db, { channel: name })
  const enabled = bots.filter((bot) => bot.enabled)
  const restarted = await Promise.all(enabled.map(({ id }) => deps.supervisor.restart(id)))
  return bots.length > 0 && restarted.every(Boolean)
}
