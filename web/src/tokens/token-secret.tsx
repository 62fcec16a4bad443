import { useTranslation } from 'react-i18next'
import type { MadeToken } from '../api/tokens.ts'
import { CopyButton } from '../ui/copy-button.tsx'
import { SecretOnce } from '../ui/secret-once.tsx'
import { curlLine } from './curl-line.ts'
import { ReceiptWords } from './receipt.tsx'
import classes from './tokens.module.css'

interface TokenSecretProps {
  made: MadeToken
  isRotated: boolean
  onClose: () => void
}

/** The secret of a token, told this once, a line to try it, and after a rotation when the old one ends. */
export function TokenSecret({ made, isRotated, onClose }: TokenSecretProps) {
  const { t, i18n } = useTranslation()
  const line = curlLine(location.origin, made, made.token)
  const old = isRotated ? made.secrets.find(({ ends_at }) => ends_at !== null) : undefined
  const exact = new Intl.DateTimeFormat(i18n.language, { dateStyle: 'medium', timeStyle: 'short' })
  return (
    <SecretOnce
      title={t(isRotated ? 'tokens.rotatedTitle' : 'tokens.madeTitle')}
      text={t('tokens.secretText')}
      secret={made.token}
      onClose={onClose}
    >
      {isRotated && (
        <p className={classes.text}>
          {old?.ends_at == null
            ? t('tokens.oldEnded')
            : t('tokens.oldEnds', { lastFour: old.last_four, when: exact.format(new Date(old.ends_at)) })}
        </p>
      )}
      {made.receipt.effective === 'partial' && <ReceiptWords receipt={made.receipt} of="changed" />}
      {line !== undefined && (
        <div className={classes.tryIt}>
          <p>{t('tokens.tryIt')}</p>
          <div>
            <pre tabIndex={0} aria-label={t('tokens.tryIt')}>
              {line}
            </pre>
            <CopyButton value={line} label={t('tokens.copyLine')} />
          </div>
        </div>
      )}
    </SecretOnce>
  )
}
