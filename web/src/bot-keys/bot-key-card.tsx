import { useTranslation } from 'react-i18next'
import type { BotKey } from '../api/bot-keys.ts'
import cards from '../ui/cards.module.css'
import { Status } from '../ui/status.tsx'
import { RelativeTime } from '../ui/time.tsx'
import { BotKeyMenu } from './bot-key-menu.tsx'
import { usePlatformNames } from './platforms.ts'

interface BotKeyCardProps {
  botKey: BotKey
  onEdit: () => void
  onRotate: () => void
}

/** One key: for which bot and platforms, whether it is used, and the ends of its secrets. */
export function BotKeyCard({ botKey, onEdit, onRotate }: BotKeyCardProps) {
  const { t } = useTranslation()
  const nameOf = usePlatformNames()
  const { name, agent, platforms, secrets, last_used_at, revoked_at } = botKey
  const where = platforms.length === 0 ? t('botKeys.everyPlatform') : platforms.map(nameOf).join(', ')
  const isOurs = revoked_at === null && botKey.id !== 'bky_environment'
  return (
    <li className={cards.card}>
      <div className={cards.about}>
        <h2>{name}</h2>
        <p>{t('botKeys.what', { platforms: where, agent })}</p>
        <Status tone={revoked_at === null ? 'good' : 'off'}>
          {revoked_at === null ? t('botKeys.live') : t('botKeys.revoked')}
        </Status>
        <p>
          {last_used_at === null ? (
            t('botKeys.neverUsed')
          ) : (
            <>
              {t('botKeys.lastUsed')} <RelativeTime at={last_used_at} />
            </>
          )}
        </p>
        {botKey.id === 'bky_environment' && <p>{t('botKeys.ofEnvironment')}</p>}
        {secrets.map(({ last_four, expires_at }) => (
          <p key={last_four}>
            <code>pb_…{last_four}</code>
            {expires_at !== null && (
              <>
                {' '}
                {t('botKeys.countsUntil')} <RelativeTime at={expires_at} />
              </>
            )}
          </p>
        ))}
      </div>
      {isOurs && <BotKeyMenu botKey={botKey} onEdit={onEdit} onRotate={onRotate} />}
    </li>
  )
}
