import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { ConnectCode } from '../api/channels.ts'
import classes from './code-card.module.css'
import { CopyButton } from './copy-button.tsx'
import { Countdown } from './countdown.tsx'
import { useNow } from './time.tsx'

const lifetimeMs = 600_000

/** A connect code in large type, what is left of its life, and the way to a new one. */
export function CodeCard({ code, onRenew }: { code: ConnectCode; onRenew: () => void }) {
  const { t } = useTranslation()
  const isOver = useNow(1000) >= code.expiresAt
  if (isOver) {
    return (
      <div className={classes.card}>
        <p>{t('playground.expired')}</p>
        <Button variant="default" size="xs" onClick={onRenew}>
          {t('playground.newCode')}
        </Button>
      </div>
    )
  }
  return (
    <div className={classes.card}>
      <div className={classes.words}>
        <span className={classes.label}>{t('playground.codeLabel')}</span>
        <output className={classes.code}>{code.code}</output>
      </div>
      <CopyButton value={code.command} label={t('common.copy')} />
      <Countdown until={code.expiresAt} totalMs={lifetimeMs} />
    </div>
  )
}
