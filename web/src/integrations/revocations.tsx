import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { revocationsQuery, type Provider } from '../api/integrations.ts'
import { RelativeTime } from '../ui/time.tsx'
import classes from './accounts.module.css'
import { Receipt } from './receipt.tsx'

const mostShown = 20

/** What was taken back lately, folded: it may still be under way. */
export function Revocations({ nameOf }: { nameOf: (provider: Provider['name']) => string }) {
  const { t } = useTranslation()
  const { data } = useQuery(revocationsQuery)
  if (data === undefined || data.length === 0) return null
  return (
    <details className={classes.revocations}>
      <summary>{t('integrations.takenBack', { count: data.length })}</summary>
      <ul>
        {data.slice(0, mostShown).map((one) => (
          <li key={one.id}>
            <p>
              <bdi>{one.title}</bdi> <RelativeTime at={one.created_at} />
            </p>
            <Receipt of={one} name={nameOf(one.provider)} />
          </li>
        ))}
      </ul>
    </details>
  )
}
