import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { ConnectLinkEnd } from '../api/connect-links.ts'
import { Door } from '../session/door.tsx'
import classes from './connect.module.css'

interface OutcomeProps {
  of: ConnectLinkEnd | 'refused'
  /** Why, where that is known better. */
  text?: string
}

/** Where a link led that connected nothing. */
export function Outcome({ of, text }: OutcomeProps) {
  const { t } = useTranslation()
  return (
    <Door title={t(`connect.outcome.${of}.title`)} text={text ?? t(`connect.outcome.${of}.text`)} isOutcome>
      <ToAccounts />
    </Door>
  )
}

export function ToAccounts() {
  const { t } = useTranslation()
  return (
    <div className={classes.choice}>
      <Button variant="default" component={Link} to="/integrations">
        {t('connect.toIntegrations')}
      </Button>
    </div>
  )
}
