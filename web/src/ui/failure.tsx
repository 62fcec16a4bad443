import { Button } from '@mantine/core'
import { PorticoError } from '@portico/sdk'
import { useTranslation } from 'react-i18next'
import { AlertIcon } from './icons.tsx'
import classes from './failure.module.css'

interface FailureProps {
  /** A text: what the server told in words. */
  error: Error | string
  /** What pressing the button tries again; without it there is no button. */
  onRetry?: () => void
}

/** What happened, what to do, and what to quote to the operator. */
export function Failure({ error, onRetry }: FailureProps) {
  const { t } = useTranslation()
  const { what, hint, reference } = useFailureWords(error)
  return (
    <div className={classes.failure} role="alert">
      <span className={classes.sign}>
        <AlertIcon />
      </span>
      <div className={classes.words}>
        <p>{what}</p>
        {hint !== undefined && <p className={classes.hint}>{hint}</p>}
        {reference !== undefined && (
          <p className={classes.reference}>{t('problem.reference', { reference })}</p>
        )}
      </div>
      {onRetry !== undefined && (
        <Button variant="default" size="xs" onClick={onRetry}>
          {t('problem.tryAgain')}
        </Button>
      )}
    </div>
  )
}

function useFailureWords(error: Error | string): { what: string; hint?: string; reference?: string } {
  const { t } = useTranslation()
  if (typeof error === 'string') return { what: error }
  if (!(error instanceof PorticoError)) {
    return { what: t('problem.unreachable'), hint: t('problem.unreachableHint') }
  }
  const what = error.code === 'unknown' ? t('problem.generic') : error.detail
  const reference = error.requestId ?? (error.code === 'unknown' ? `HTTP ${error.status}` : undefined)
  return { what, ...(reference === undefined ? {} : { reference }) }
}
