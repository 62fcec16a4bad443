import type { Config } from '../config/config.ts'
import { createCatalogue, findProviderProblems } from '../integrations/integrations.ts'
import { bad, good, uncertain, type Finding } from './doctor-findings.ts'

/** What `integrations.providers` says, and for which providers people can connect by OAuth. */
export async function checkProviders({ integrations, server }: Config): Promise<Finding[]> {
  const { providers: overrides, allowHosts } = integrations
  const problems = await findProviderProblems(overrides, allowHosts)
  if (problems.length > 0) return problems.map(({ path, message }) => bad('providers', `${path}: ${message}`))
  const names = Object.keys(overrides)
  if (names.length === 0) return []
  const catalogue = createCatalogue({ overrides, allowHosts })
  const found = await Promise.all(names.map((name) => catalogue.find(name)))
  const withClient = found.flatMap((one) => (one?.client === undefined ? [] : [one.name]))
  if (withClient.length === 0) return [good('providers', names.join(', '))]
  const callback = `${server.publicUrl ?? `http://${server.host}:${server.port}`}/oauth/callback`
  const text = `${withClient.join(', ')} by OAuth; each must know the redirect URL ${callback}`
  return [server.publicUrl === undefined ? uncertain('providers', text) : good('providers', text)]
}
