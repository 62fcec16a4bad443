import { bearer, carry, type OpenCredential } from '../integrations/integrations.ts'
import type { Injection, Provider } from '../integrations/provider.ts'

/** How the secret travels: headers and a parameter that nobody else may set, and all that must not come back. */
export interface Injected {
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>
  query: { name: string; value: string } | undefined
  secrets: readonly string[]
}

const basic: Injection = { basic: { username: '{username}', password: '{password}' } }

/** A secret that was opened is kept as one object for a while, and is of one provider. */
const known = new WeakMap<OpenCredential['secret'], Injected>()

export function inject(provider: Provider, { secret }: Pick<OpenCredential, 'secret'>): Injected {
  const injected = known.get(secret) ?? injectionOf(provider, secret)
  known.set(secret, injected)
  return injected
}

function injectionOf(provider: Provider, secret: OpenCredential['secret']): Injected {
  switch (secret.type) {
    case 'oauth2':
      return by(provider.inject ?? bearer, { token: secret.accessToken }, [secret.accessToken])
    case 'api_key':
      return by(provider.api_key?.inject ?? provider.inject ?? bearer, { token: secret.apiKey }, [
        secret.apiKey,
      ])
    case 'user_password': {
      const { username, password } = secret
      const values = { username, password, token: password }
      return by(provider.user_password?.inject ?? basic, values, [password])
    }
    case 'host_scoped': {
      const headers: Record<string, string> = {}
      for (const [name, value] of Object.entries(secret.headers)) headers[name.toLowerCase()] = value
      // Of `Bearer abc` a service may show `abc` alone.
      const secrets = Object.values(secret.headers).flatMap((value) => [value, value.replace(/^\S+ +/, '')])
      return { headers, query: undefined, secrets }
    }
  }
}

function by(injection: Injection, values: Readonly<Record<string, string>>, secrets: string[]): Injected {
  const { headers, query, pair } = carry(injection, values)
  return { headers, query, secrets: pair === undefined ? secrets : [...secrets, pair] }
}
