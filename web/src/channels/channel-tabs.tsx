import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { meQuery } from '../api/me.ts'
import classes from './channel-tabs.module.css'

/** For administrators: the channels as people see them, and the bots behind them. */
export function ChannelTabs() {
  const { t } = useTranslation()
  const { data: me } = useQuery(meQuery)
  if (me?.role !== 'admin') return null
  return (
    <nav className={classes.tabs} aria-label={t('channels.views')}>
      <Link to="/channels" activeOptions={{ exact: true }}>
        {t('channels.title')}
      </Link>
      <Link to="/channels/bots">{t('bots.title')}</Link>
      <Link to="/channels/bot-keys">{t('botKeys.title')}</Link>
    </nav>
  )
}
