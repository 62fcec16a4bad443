import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { ApiToken, TokenSecret } from '../api/tokens.ts'
import { Status } from '../ui/status.tsx'
import { RelativeTime, useNow } from '../ui/time.tsx'
import classes from './tokens.module.css'

interface SecretsProps {
  token: ApiToken
  /** Left out where it cannot be rotated. */
  onRotate?: () => void
}

/** The secrets that count: one, or two while one replaces the other. It says which is still in use. */
export function Secrets({ token: { secrets, imported }, onRotate }: SecretsProps) {
  const { t } = useTranslation()
  const now = useNow(10_000)
  const [newest, ...older] = secrets.filter(({ ends_at }) => ends_at === null || Date.parse(ends_at) > now)
  if (newest === undefined) return null
  const isOldUsed = older.some(({ last_used_at: used }) => used !== null && used > newest.created_at)
  return (
    <section className={classes.part} aria-labelledby="secrets">
      <header>
        <div>
          <h2 id="secrets">{t(older.length === 0 ? 'tokens.secret' : 'tokens.secrets')}</h2>
          <p className={classes.dim}>{t(imported ? 'tokens.importedWhy' : 'tokens.rotateWhy')}</p>
        </div>
        {onRotate !== undefined && !imported && (
          <Button variant="default" onClick={onRotate}>
            {t('tokens.rotate')}
          </Button>
        )}
      </header>
      <ul className={classes.secrets}>
        {[newest, ...older].map((secret) => (
          <Secret key={`${secret.last_four} ${secret.created_at}`} secret={secret} />
        ))}
      </ul>
      {older.length > 0 && (
        <Status tone={isOldUsed ? 'waiting' : 'good'}>
          {t(isOldUsed ? 'tokens.oldInUse' : 'tokens.oldUnused')}
        </Status>
      )}
    </section>
  )
}

function Secret({ secret: { last_four, created_at, ends_at, last_used_at } }: { secret: TokenSecret }) {
  const { t } = useTranslation()
  return (
    <li>
      <code>…{last_four}</code>
      <span>
        {t('tokens.lastUsed')}{' '}
        {last_used_at === null ? t('tokens.notYet') : <RelativeTime at={last_used_at} />}
      </span>
      <span>
        {ends_at === null ? (
          <>
            {t('tokens.made')} <RelativeTime at={created_at} />
          </>
        ) : (
          <>
            {t('tokens.ends')} <RelativeTime at={ends_at} />
          </>
        )}
      </span>
    </li>
  )
}
