import type { SimulatedPlatform } from './simulated-platform.ts'

type Start = (options: { port?: number }) => Promise<{ platform: SimulatedPlatform }>

/**
 * Starts the simulator of a channel: what `<channel>/testing/simulator.ts` exports as `start…Simulator`. By its name,
 * so that a new channel needs no list but the catalogue.
 */
export async function startSimulator(
  channel: string,
  options: { port?: number } = {},
): Promise<SimulatedPlatform> {
  if (!/^[a-z]+$/.test(channel)) throw new Error(`${channel} is no name of a channel.`)
  const module = (await import(`../${channel}/testing/simulator.ts`)) as Record<string, unknown>
  const [start] = Object.entries(module).filter(([name]) => /^start\w+Simulator$/.test(name))
  if (typeof start?.[1] !== 'function') throw new Error(`The channel ${channel} has no simulator.`)
  const { platform } = await (start[1] as Start)(options)
  return platform
}
