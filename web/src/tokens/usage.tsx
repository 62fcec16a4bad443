import { NativeSelect, Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { usageQuery, type ApiToken } from '../api/tokens.ts'
import { Failure } from '../ui/failure.tsx'
import { useNow } from '../ui/time.tsx'
import { UsageChart } from './usage-chart.tsx'
import { UsageTable } from './usage-table.tsx'
import { barsOf, rangeOf, spanNames, spans, type Span } from './usage-buckets.ts'
import classes from './tokens.module.css'

/** How often a token was used and refused: a picture, and the numbers behind it. */
export function Usage({ token }: { token: ApiToken }) {
  const { t } = useTranslation()
  const [span, setSpan] = useState<Span>('day')
  const now = useNow(10_000)
  const usage = useQuery(usageQuery(token.id, spans[span].step, () => rangeOf(span, Date.now())))
  const bars = usage.data === undefined ? undefined : barsOf(span, usage.data, now)
  return (
    <section className={classes.part} aria-labelledby="usage">
      <header>
        <h2 id="usage">{t('tokens.usage')}</h2>
        <NativeSelect
          size="xs"
          aria-label={t('tokens.span')}
          data={spanNames.map((value) => ({ value, label: t(`tokens.spans.${value}`) }))}
          value={span}
          onChange={({ currentTarget }) =>
            setSpan(spanNames.find((one) => one === currentTarget.value) ?? 'day')
          }
        />
      </header>
      {bars === undefined ? (
        usage.error === null ? (
          <Skeleton height={200} />
        ) : (
          <Failure error={usage.error} onRetry={() => void usage.refetch()} />
        )
      ) : (
        <>
          <UsageChart bars={bars} span={span} />
          <UsageTable bars={bars} span={span} />
        </>
      )}
    </section>
  )
}
