import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { meQuery } from '../api/me.ts'
import classes from './channel-tabs.module.css'

/** The channels as people see them, the groups that they pay for, and for administrators what is behind them. */
export function ChannelTabs() {
  const { t } = useTranslation()
  const { data: me } = useQuery(meQuery)
  return (
    <nav className={classes.tabs} aria-label={t('channels.views')}>
      <Link to="/channels" activeOptions={{ exact: true }}>
        {t('channels.title')}
      </Link>
      <Link to="/channels/groups">{t('groups.title')}</Link>
      {me?.role === 'admin' && (
        <>
          <Link to="/channels/bots">{t('bots.title')}</Link>
          <Link to="/channels/bot-keys">{t('botKeys.title')}</Link>
        </>
      )}
    </nav>
  )
}
