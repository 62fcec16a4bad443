import { useTranslation } from 'react-i18next'
import type { Bar, Span } from './usage-buckets.ts'
import { useBarWords } from './use-bar-words.ts'
import classes from './usage.module.css'

/** The numbers behind the chart, newest first. */
export function UsageTable({ bars, span }: { bars: readonly Bar[]; span: Span }) {
  const { t, i18n } = useTranslation()
  const sayTime = useBarWords(span)
  const number = new Intl.NumberFormat(i18n.language)
  const busy = bars.filter(({ uses, refusals }) => uses + refusals > 0).toReversed()
  if (busy.length === 0) return <p className={classes.quiet}>{t('tokens.unused')}</p>
  return (
    <details className={classes.behindIt}>
      <summary>{t('tokens.asTable')}</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('tokens.from')}</th>
            <th scope="col">{t('tokens.uses')}</th>
            <th scope="col">{t('tokens.refusals')}</th>
          </tr>
        </thead>
        <tbody>
          {busy.map(({ at, uses, refusals }) => (
            <tr key={at}>
              <th scope="row">{sayTime(at)}</th>
              <td>{number.format(uses)}</td>
              <td>{number.format(refusals)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  )
}
