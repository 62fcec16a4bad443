import { ConfigError, type ConfigProblem } from '../config/problems.ts'
import { configureEntry, type Override } from './entry/configured-entry.ts'
import type { OAuthClient, Provider } from './provider.ts'

/** The providers of the catalogue, as the configuration changes and adds to them. */
export interface Catalogue {
  /** Undefined for what is not known; aliases are not ids. */
  find(id: string): Promise<ConfiguredProvider | undefined>
  /** By name. */
  list(): Promise<readonly ConfiguredProvider[]>
}

export interface ConfiguredProvider extends Provider {
  /** The operator's client; undefined where none is configured: one may be registered (RFC 7591), or OAuth is off. */
  client: OAuthClient | undefined
}

export interface CatalogueOptions {
  /** Fields that differ here, clients and whole entries, by id: `integrations.providers` of portico.yaml. */
  overrides: Readonly<Record<string, Override>>
  /** Hosts that need no TLS: `integrations.allow_hosts`. */
  allowHosts: readonly string[]
}

/**
 * The entries are read at first use: they are many, and a start needs none of them. Calls throw ConfigError for what
 * `findProviderProblems` would have found.
 */
export function createCatalogue(options: CatalogueOptions): Catalogue {
  let reading: Promise<ReadonlyMap<string, ConfiguredProvider>> | undefined
  const read = async () => {
    const { providers, problems } = await configureAll(options)
    if (problems.length > 0) throw new ConfigError(problems)
    return new Map(providers.toSorted(byName).map((provider) => [provider.id, provider]))
  }
  const all = () => (reading ??= read())
  return {
    find: async (id) => (await all()).get(id),
    list: async () => [...(await all()).values()],
  }
}

/** Everything that is wrong with `integrations.providers`. Reads the entries only where there is something to check. */
export async function findProviderProblems(
  overrides: CatalogueOptions['overrides'],
  allowHosts: readonly string[],
): Promise<readonly ConfigProblem[]> {
  if (Object.keys(overrides).length === 0) return []
  return (await configureAll({ overrides, allowHosts })).problems
}

async function configureAll({ overrides, allowHosts }: CatalogueOptions) {
  const { entries } = await import('./entries.ts')
  const known = new Map(entries.map((entry) => [entry.id, entry]))
  const configured = Object.entries(overrides).map(([id, override]) =>
    configureEntry({ id, override, entry: known.get(id), known: [...known.keys()], allowHosts }),
  )
  return {
    providers: [
      ...entries
        .filter(({ id }) => !Object.hasOwn(overrides, id))
        .map((entry) => ({ ...entry, client: undefined })),
      ...configured.flatMap(({ provider }) => provider ?? []),
    ],
    problems: configured.flatMap(({ problems }) => problems),
  }
}

function byName(one: Provider, other: Provider): number {
  return one.name.localeCompare(other.name, 'en')
}
