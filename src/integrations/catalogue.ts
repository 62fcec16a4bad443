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
