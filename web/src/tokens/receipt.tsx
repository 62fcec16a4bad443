import { useTranslation } from 'react-i18next'
import type { Receipt } from '../api/tokens.ts'
import { isolate } from '../ui/isolate.ts'
import { Status } from '../ui/status.tsx'
import { RelativeTime } from '../ui/time.tsx'
import classes from './tokens.module.css'

/** Where a change counts by now, and who may still go by what was true before. */
export function ReceiptWords({ receipt, of }: { receipt: Receipt; of: 'revoked' | 'changed' }) {
  const { t, i18n } = useTranslation()
  const { effective, replicas, ms, behind } = receipt
  const took = new Intl.NumberFormat(i18n.language, { style: 'unit', unit: 'millisecond' })
  const words = { count: Math.max(1, replicas), took: took.format(Math.max(1, Math.round(ms))) }
  if (effective === 'all')
    return (
      <Status tone="good">{t(of === 'revoked' ? 'tokens.deadOnAll' : 'tokens.countsOnAll', words)}</Status>
    )
  return (
    <div className={classes.receipt}>
      <Status tone="waiting">
        {behind.length === 0
          ? t('tokens.notHeard')
          : t(of === 'revoked' ? 'tokens.deadOnSome' : 'tokens.countsOnSome', { count: behind.length })}
      </Status>
      <ul>
        {behind.map(({ replica, seen_at, until }) => (
          <li key={replica}>
            {isolate(replica)}, {t('tokens.lastHeard')} <RelativeTime at={seen_at} />;{' '}
            {t('tokens.endsByItself')} <RelativeTime at={until} />
          </li>
        ))}
      </ul>
      <p>{t('tokens.behindUntil')}</p>
    </div>
  )
}
