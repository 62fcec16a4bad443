import { Anchor, Loader } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { ConnectCode } from '../api/channels.ts'
import { CodeCard } from '../ui/code-card.tsx'
import classes from './channels.module.css'
import { QrCode } from './qr-code.tsx'

interface ConnectStepsProps {
  code: ConnectCode
  /** As people call it. */
  provider: string
  /** From whom alone the code counts. */
  username: string | undefined
  onRenew: () => void
  onOther: (() => void) | undefined
}

/** A code and what to do with it. */
export function ConnectSteps({ code, provider, username, onRenew, onOther }: ConnectStepsProps) {
  const { t } = useTranslation()
  const name = { provider }
  return (
    <div className={classes.dialog}>
      {code.url !== null && <QrCode text={code.url} />}
      <div className={classes.howTo}>
        <CodeCard code={code} onRenew={onRenew} />
        {code.url !== null && (
          <>
            <p>{t('channels.scan')}</p>
            <Anchor href={code.url} target="_blank" rel="noreferrer">
              {t('channels.open', name)}
            </Anchor>
          </>
        )}
        {code.url === null && username === undefined && (
          <ol>
            <li>{t('channels.step1', name)}</li>
            <li>{t('channels.step2')}</li>
          </ol>
        )}
        {code.url === null && username !== undefined && (
          <ol>
            <li>{t('channels.publicStep1', { ...name, command: code.command })}</li>
            <li>{t('channels.publicStep2', { username })}</li>
          </ol>
        )}
        {username === undefined && <p className={classes.instruction}>{code.instruction}</p>}
        {onOther !== undefined && (
          <Anchor component="button" type="button" className={classes.byHand ?? ''} onClick={onOther}>
            {t('channels.otherAccount')}
          </Anchor>
        )}
        <p className={classes.waiting} role="status">
          <Loader size={14} /> {t('channels.waiting')}
        </p>
      </div>
    </div>
  )
}
