import { useTranslation } from 'react-i18next'
import classes from './credentials.module.css'

/** Where a channel's credentials come from. */
export function Guide({ channel }: { channel: string }) {
  const { t } = useTranslation()
  return <p className={classes.guide}>{t('channels.guide', { path: `docs/channels/${channel}.md` })}</p>
}
