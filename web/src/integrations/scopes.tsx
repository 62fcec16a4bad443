import type { Provider } from '../api/integrations.ts'
import classes from './scopes.module.css'

interface ScopeListProps {
  title: string
  scopes: readonly string[]
  provider: Provider | undefined
}

/** Scopes in words, those that the catalogue has none for by their own name; nothing at all where there are none. */
export function ScopeList({ title, scopes, provider }: ScopeListProps) {
  if (scopes.length === 0) return null
  return (
    <div className={classes.scopes}>
      <h3>{title}</h3>
      <ul>
        {scopes.map((scope) => (
          <li key={scope}>
            <ScopeWords scope={scope} provider={provider} />
          </li>
        ))}
      </ul>
    </div>
  )
}

export function ScopeWords({ scope, provider }: { scope: string; provider: Provider | undefined }) {
  const label = labelOf(scope, provider)
  return label === null ? <code>{scope}</code> : <span title={scope}>{label}</span>
}

export function labelOf(scope: string, provider: Provider | undefined): string | null {
  return provider?.scopes.find((one) => one.scope === scope)?.label ?? null
}
