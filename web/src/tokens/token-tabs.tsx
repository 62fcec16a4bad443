import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import classes from '../channels/channel-tabs.module.css'

/** For administrators of a workspace: their own tokens, and those of everybody in it. */
export function TokenTabs() {
  const { t } = useTranslation()
  return (
    <nav className={classes.tabs} aria-label={t('tokens.whose')}>
      <Link to="/tokens" activeOptions={{ exact: true }}>
        {t('tokens.mine')}
      </Link>
      <Link to="/tokens/everybodys">{t('tokens.everybodys')}</Link>
    </nav>
  )
}
