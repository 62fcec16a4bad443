import { useTranslation } from 'react-i18next'
import type { LinkRequest } from '../api/links.ts'
import { useChannel } from '../channels/use-channel.ts'
import { ChannelMark } from '../ui/channel-mark.tsx'
import { RelativeTime } from '../ui/time.tsx'
import classes from './link.module.css'

/** Who asks and whose bot they would talk to, large: a reader must see at a glance whether it is their own chat. */
export function WhoAsks({ request }: { request: LinkRequest }) {
  const { t } = useTranslation()
  const { name, logo } = useChannel(request.platform)
  return (
    <div className={classes.who}>
      {logo !== undefined && <ChannelMark logo={logo} size={40} />}
      <dl className={classes.names}>
        <dt>{t('link.account', { platform: name })}</dt>
        <dd dir="auto">{request.platform_username ?? t('link.unnamed')}</dd>
        <dt>{t('link.bot')}</dt>
        <dd dir="auto">{request.bot_name}</dd>
      </dl>
      <p className={classes.more}>
        {t('link.asked')} <RelativeTime at={request.made_at} />
        {request.already_connected && <> · {t('link.another', { platform: name })}</>}
      </p>
    </div>
  )
}
