import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { LinkEnd } from '../api/links.ts'
import { Door } from '../session/door.tsx'
import classes from './link.module.css'

interface OutcomeProps {
  of: LinkEnd | 'done' | 'refused' | 'ended'
  /** Left out where the request was never read. */
  names?: { bot: string; platform: string }
}

/** How it ended, and where it goes on. */
export function Outcome({ of, names }: OutcomeProps) {
  const { t } = useTranslation()
  return (
    <Door
      title={t(`link.outcome.${of}.title`, { ...names })}
      text={t(`link.outcome.${of}.text`, { ...names })}
      isOutcome
    >
      <div className={classes.choice}>
        <Button variant="default" component={Link} to="/channels">
          {t('link.toChannels')}
        </Button>
      </div>
    </Door>
  )
}
